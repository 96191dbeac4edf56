import { expect, test } from 'vitest';
import { deskSearch, findingsSearch, listQuery } from './search';

test('filters of the address become the query of the interface', () => {
  const search = findingsSearch({
    severity: 'grave',
    status: 'violated',
    since: '2026-11-01',
    ended: '1',
    nonsense: 'x',
    finding: 'finding_1',
    size: 20,
  });
  expect(search).not.toHaveProperty('nonsense');
  expect(listQuery(search)).toEqual({
    severity: 'grave',
    status: 'violated',
    since: '2026-11-01T00:00:00+08:00',
    with_ended: true,
    limit: 20,
  });
});

test('the desk keeps only what it knows', () => {
  expect(deskSearch({ org: '/1/', body: '', other: 'x' })).toEqual({ org: '/1/' });
});
