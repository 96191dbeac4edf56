import { expect, test } from 'vitest';
import { fromStart, listSearch } from './list-search';

const read = listSearch(['q', 'severity']);

test('what the address says is kept, what it makes up is not', () => {
  expect(read({ q: 2025, severity: 'grave', other: 'x', size: 100, cols: 'a,b' })).toEqual({
    q: '2025',
    severity: 'grave',
    size: 100,
    cols: 'a,b',
  });
  expect(read({ q: '  ', size: 7, page: 3 })).toEqual({});
});

test('another filter starts at the first page', () => {
  const search = read({ q: 'x', cursor: 'abc', page: 4 });
  expect(search.page).toBe(4);
  expect(fromStart(search)).toEqual({ q: 'x' });
});
