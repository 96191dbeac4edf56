import type { ActionField } from '@/api/types';
import { fenOf, plainFen } from './format';

/** 表单里的一项：写成文字（或几段文字），提交时才换成接口的样子，这样草稿可以原样存下。 */
export type Draft = string | string[] | undefined;
export type Drafts = Record<string, Draft>;

/** 换算的结果：值，或这一项写得不对。 */
export type Written = { value: unknown } | { fault: 'number' | 'money' | 'rate' } | null;

/** 一项写成接口的样子；没有填的为 null。 */
export function written(field: ActionField, draft: Draft): Written {
  if (draft === undefined || draft === '' || draft.length === 0) return null;
  const list = /^list<(.+)>$/.exec(field.type)?.[1];
  if (list !== undefined) {
    const items = (Array.isArray(draft) ? draft : [draft]).map((text) => one(list, text));
    const bad = items.find((item) => item && 'fault' in item);
    if (bad) return bad;
    return { value: items.map((item) => (item && 'value' in item ? item.value : null)) };
  }
  return one(field.type, Array.isArray(draft) ? (draft[0] ?? '') : draft);
}

function one(type: string, text: string): Written {
  switch (type) {
    case 'bool':
      return { value: text === 'true' };
    case 'int':
      return /^-?\d{1,15}$/.test(text.trim()) ? { value: Number(text) } : { fault: 'number' };
    case 'fen': {
      const fen = fenOf(text);
      return fen === null ? { fault: 'money' } : { value: fen };
    }
    case 'rate': {
      // A percentage with two places is a whole number of ten-thousandths: the same shape as yuan and fen.
      const rate = fenOf(text);
      return rate === null ? { fault: 'rate' } : { value: rate };
    }
    default:
      return { value: text };
  }
}

/** 接口给的值写回文字，好在表单里改；表单写不下的（对象）为 null，原样留着。 */
export function unwritten(field: ActionField, value: unknown): Draft | null {
  const list = /^list<(.+)>$/.exec(field.type)?.[1];
  if (list === undefined) return oneText(field.type, value);
  if (!Array.isArray(value)) return null;
  const items = value.map((item) => oneText(list, item));
  return items.some((item) => item === null) ? null : (items as string[]);
}

function oneText(type: string, value: unknown): string | null {
  if (typeof value === 'number') return type === 'fen' || type === 'rate' ? plainFen(value) : String(value);
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : null;
}
