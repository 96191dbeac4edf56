import { expect, test } from 'vitest';
import { termText } from './term';

test('a term says whether it has begun and whether it is over', () => {
  const on = '2026-11-30';
  expect(termText({ from_on: '2024-07-24', to_on: null }, on)).toBe('2024-07-24 起至今');
  expect(termText({ from_on: '2024-07-24', to_on: '2025-01-01' }, on)).toBe('2024-07-24 起，2025-01-01 前');
  expect(termText({ from_on: '2028-10-16', to_on: null }, on)).toBe('还没有到：2028-10-16 起');
});
