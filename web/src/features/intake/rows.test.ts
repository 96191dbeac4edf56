import { expect, test } from 'vitest';
import type { ImportRow } from './queries';
import { faultsOf, placeOf } from './rows';

const row = (detail: unknown): ImportRow =>
  ({
    number: 2,
    outcome: 'refused',
    outcome_name: 'refused',
    case: null,
    body_name: null,
    detail,
  }) as ImportRow;

test('a fault says file, row and column; what it lacks is the place of the row', () => {
  const refused = row({
    errors: [{ file: 'a.xlsx', sheet: 's', row: 7, column: 'c', value: 'v', reason: 'r', remedy: 'm' }],
  });
  expect(faultsOf(refused)[0]).toMatchObject({
    file: 'a.xlsx',
    row: 7,
    column: 'c',
    reason: 'r',
    remedy: 'm',
  });
  expect(placeOf(refused)).toEqual({ label: null, file: 'a.xlsx', row: 7, sheet: 's' });
  const waiting = row({ file: 'b.csv', row: 3, label: 'x', errors: [{ reason: 'r', remedy: 'm' }] });
  expect(faultsOf(waiting)[0]).toMatchObject({ file: 'b.csv', row: 3 });
});

test('a detail of another shape is no fault and no crash', () => {
  expect(faultsOf(row(null))).toEqual([]);
  expect(placeOf(row({ errors: 'none' }))).toEqual({ label: null, file: null, row: null, sheet: null });
});
