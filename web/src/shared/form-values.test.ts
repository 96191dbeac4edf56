import { expect, test } from 'vitest';
import type { ActionField } from '@/api/types';
import { type Draft, unwritten, written } from './form-values';

const field = (type: string): ActionField => ({
  field: 'x',
  name: '一项',
  type,
  is_required: false,
  is_sensitive: false,
  choices: [],
});

test('what was typed becomes what the interface takes', () => {
  const cases: [string, Draft, unknown][] = [
    ['bool', 'false', { value: false }],
    ['int', '12', { value: 12 }],
    ['int', '1.5', { fault: 'number' }],
    ['fen', '1,000.5', { value: 100_050 }],
    ['fen', '一千', { fault: 'money' }],
    ['rate', '12.5', { value: 1250 }],
    ['period', 'CD(30)', { value: 'CD(30)' }],
    ['list<text>', ['甲', '乙'], { value: ['甲', '乙'] }],
    ['list<fen>', ['1', 'x'], { fault: 'money' }],
    ['text', '', null],
    ['list<cite>', [], null],
    ['date', undefined, null],
  ];
  for (const [type, draft, expected] of cases) {
    expect(written(field(type), draft), `${type} ${draft}`).toEqual(expected);
  }
});

test('what was recorded goes back into the form and comes out the same', () => {
  const cases: [string, unknown, Draft | null][] = [
    ['bool', false, 'false'],
    ['int', 12, '12'],
    ['fen', 100_050, '1000.50'],
    ['fen', -5, '-0.05'],
    ['rate', 1250, '12.50'],
    ['period', 'CD(30)', 'CD(30)'],
    ['list<fen>', [100], ['1.00']],
    ['text', '甲', '甲'],
    ['text', { a: 1 }, null],
  ];
  for (const [type, value, expected] of cases) {
    const draft = unwritten(field(type), value);
    expect(draft, type).toEqual(expected);
    if (draft !== null) expect(written(field(type), draft), type).toEqual({ value });
  }
});
