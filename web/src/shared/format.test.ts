import { expect, test } from 'vitest';
import {
  count,
  dateWithWeekday,
  fen,
  fenOf,
  instant,
  instantWithZone,
  rate,
  todayInShanghai,
} from './format';

test('an instant is shown in Beijing time whatever the machine says', () => {
  expect(instant('2025-06-30T16:05:00Z')).toBe('2025-07-01 00:05');
  expect(instantWithZone('2025-12-31T16:00:00Z')).toBe('2026-01-01 00:00（北京时间）');
  expect(instant(null)).toBe('—');
});

test('the day is that of Beijing, with its day of the week', () => {
  expect(todayInShanghai(new Date('2026-11-29T16:00:00Z'))).toBe('2026-11-30');
  expect(todayInShanghai(new Date('2026-11-29T15:59:59Z'))).toBe('2026-11-29');
  expect(dateWithWeekday('2026-11-29')).toBe('2026-11-29 周日');
  expect(dateWithWeekday('2026-12-01')).toBe('2026-12-01 周二');
});

test('money is whole fen, written as yuan to the fen', () => {
  for (const [amount, text] of [
    [0, '0.00 元'],
    [5, '0.05 元'],
    [123456789, '1,234,567.89 元'],
    [-100, '-1.00 元'],
  ] as const) {
    expect(fen(amount)).toBe(text);
  }
});

test('yuan that were typed become fen without a float between', () => {
  for (const [text, amount] of [
    ['1,000', 100_000],
    ['0.1', 10],
    ['19.99', 1999],
    ['-2.5', -250],
    ['1.005', null],
    ['abc', null],
    ['', null],
  ] as const) {
    expect(fenOf(text), text).toBe(amount);
  }
});

test('rates and counts', () => {
  expect([rate(300), rate(1250), rate(5), rate(-5)]).toEqual(['3%', '12.5%', '0.05%', '-0.05%']);
  expect(count(1234567)).toBe('1,234,567');
});
