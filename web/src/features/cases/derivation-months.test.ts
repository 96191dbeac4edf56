import { expect, test } from 'vitest';
import { byMonth } from './derivation-months';

const day = (on: string, isCounted: boolean) => ({
  on,
  is_working: isCounted,
  is_make_up: false,
  is_counted: isCounted,
  reason: '',
});

test('days are laid out in months, Monday first, and counted on across them', () => {
  const days = [
    day('2025-09-29', false),
    day('2025-09-30', true),
    day('2025-10-01', false),
    day('2025-10-09', true),
  ];
  const [september, october] = byMonth(days);
  expect(september?.weeks).toHaveLength(5);
  expect(september?.weeks[0]?.cells[0]).toMatchObject({ date: 1, day: null });
  const last = september?.weeks[4]?.cells;
  expect(last?.[0]).toMatchObject({ date: 29, isStart: true, nth: 0 });
  expect(last?.[1]).toMatchObject({ date: 30, isStart: false, nth: 1 });
  expect(last?.[2]).toMatchObject({ date: null, day: null });
  const cells = october?.weeks.flatMap((week) => week.cells) ?? [];
  expect(cells.find((cell) => cell.date === 1)).toMatchObject({ nth: 1, isStart: false });
  expect(cells.find((cell) => cell.date === 9)?.nth).toBe(2);
});
