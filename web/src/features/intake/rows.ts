import type { ImportRow } from './queries';

/** 一行的一处毛病：在哪里、为何、怎么办。 */
export interface RowFault {
  file: string | null;
  sheet: string | null;
  row: number | null;
  column: string | null;
  value: string | null;
  reason: string;
  remedy: string;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
const whole = (value: unknown) => (typeof value === 'number' ? value : null);
const record = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** 一行的名称（案号等）与它在文件里的位置。 */
export function placeOf(row: ImportRow): {
  label: string | null;
  file: string | null;
  sheet: string | null;
  row: number | null;
} {
  const detail = record(row.detail);
  const first = faultsOf(row)[0];
  return {
    label: text(detail.label),
    file: text(detail.file) ?? first?.file ?? null,
    row: whole(detail.row) ?? first?.row ?? null,
    sheet: text(detail.sheet) ?? first?.sheet ?? null,
  };
}

/** 一行的各处毛病；位置没有另写的，就是这一行的。 */
export function faultsOf(row: ImportRow): RowFault[] {
  const detail = record(row.detail);
  const list = Array.isArray(detail.errors) ? detail.errors : [];
  return list.map((error) => {
    const it = record(error);
    return {
      file: text(it.file) ?? text(detail.file),
      sheet: text(it.sheet) ?? text(detail.sheet),
      row: whole(it.row) ?? whole(detail.row),
      column: text(it.column),
      value: text(it.value),
      reason: text(it.reason) ?? '',
      remedy: text(it.remedy) ?? '',
    };
  });
}

/** 回执：一处毛病一行，没有毛病的一行一行；表格软件打得开，公式不起作用。 */
export function receipt(rows: ImportRow[], header: readonly string[]): string {
  const lines = rows.flatMap((row) => {
    const place = placeOf(row);
    const head = [row.number + 1, place.label, row.outcome_name, row.case, row.body_name];
    const faults = faultsOf(row);
    if (faults.length === 0) return [[...head, place.file, place.sheet, place.row, null, null, null, null]];
    return faults.map((it) => [
      ...head,
      it.file,
      it.sheet,
      it.row,
      it.column,
      it.value,
      it.reason,
      it.remedy,
    ]);
  });
  const all = [header, ...lines].map((cells) => cells.map(cell).join(','));
  // A mark of byte order: without it the usual table programs take UTF-8 for GBK.
  return `\ufeff${all.join('\r\n')}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const plain = String(value);
  const safe = /^[=+\-@\t\r]/.test(plain) && typeof value === 'string' ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
