import { expect, test } from 'vitest';
import { logSearch } from './search';

test('the first leaf is zero and is asked for; nonsense is not', () => {
  expect(logSearch({ index: 0 })).toEqual({ index: 0 });
  expect(logSearch({ index: '12' })).toEqual({ index: 12 });
  expect(logSearch({ index: '-1' })).toEqual({});
  expect(logSearch({ index: 'x', size: 20 })).toEqual({ size: 20 });
  expect(logSearch({})).toEqual({});
});
