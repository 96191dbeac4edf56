import { t } from '@/messages/text';

const NONE = t('unit.none');
const PARTS: Intl.DateTimeFormatOptions = {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};
const IN_SHANGHAI = new Intl.DateTimeFormat('zh-CN', PARTS);

/** 民用日期：原样，没有的写“—”。 */
export function date(on: string | null | undefined): string {
  return on ?? NONE;
}

/** 时刻：北京时间，到分。 */
export function instant(at: string | null | undefined): string {
  if (!at) return NONE;
  const parts = Object.fromEntries(IN_SHANGHAI.formatToParts(new Date(at)).map((p) => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
}

/** 时刻，写明时区：单独出现、会被抄走的地方用。 */
export function instantWithZone(at: string | null | undefined): string {
  return at ? `${instant(at)}（${t('unit.timezone')}）` : NONE;
}

/** 金额：分写成元，到分，千分位；整数运算，不经浮点。 */
export function fen(amount: number | null | undefined): string {
  if (amount === null || amount === undefined) return NONE;
  const sign = amount < 0 ? '-' : '';
  const whole = Math.abs(amount);
  const cents = whole % 100;
  const yuan = ((whole - cents) / 100).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${sign}${yuan}.${cents.toString().padStart(2, '0')} ${t('unit.fen')}`;
}

/** 分写成填写时的元，到分，没有千分位；百分数的两位小数也是这样。 */
export function plainFen(amount: number): string {
  const whole = Math.abs(amount);
  const cents = whole % 100;
  return `${amount < 0 ? '-' : ''}${(whole - cents) / 100}.${cents.toString().padStart(2, '0')}`;
}

/** 填的元（至多两位小数）换成分；写法不对的为 null。 */
export function fenOf(text: string): number | null {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim().replaceAll(',', ''));
  if (!match) return null;
  const whole = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0') || '0');
  return match[1] && whole > 0 ? -whole : whole;
}

/** 个数，千分位。 */
export function count(n: number): string {
  return n.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** 万分率写成百分数。 */
export function rate(perTenThousand: number): string {
  const whole = Math.trunc(perTenThousand / 100);
  const rest = Math.abs(perTenThousand % 100);
  const tail = rest === 0 ? '' : `.${rest.toString().padStart(2, '0').replace(/0$/, '')}`;
  return `${perTenThousand < 0 && whole === 0 ? '-' : ''}${whole}${tail}%`;
}
