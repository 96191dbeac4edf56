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
