import { expect, test } from 'vitest';
import type { components } from '@/api/schema';
import type { OrgNode } from '@/shared/orgs';
import { parentPath, pathsTo, rowsUnder, startOrg, tallies, tallyOf, totalOf } from './grouping';

type FindingSum = components['schemas']['FindingSum'];

const node = (id: string, kind: string, org: string): OrgNode => ({
  id,
  kind,
  code: id,
  name: id,
  level: 'city',
  parent: null,
  successor: null,
  org,
  department: null,
  term: { from_on: '2018-01-01', to_on: null },
});
const tree = {
  divisions: [node('p', 'division', '/p/'), node('c', 'division', '/p/c/'), node('d', 'division', '/p/c/d/')],
  bodies: [node('b1', 'body', '/p/c/b-1/'), node('b2', 'body', '/p/c/d/b-2/')],
};
const sum = (group: string, severity: FindingSum['severity'], status: string, count: number): FindingSum => ({
  group,
  severity,
  status,
  count,
});
const sums = [
  sum('b1', 'grave', 'violated', 2),
  sum('b1', 'warning', 'doubt', 1),
  sum('b2', 'breach', 'violated', 3),
  sum('gone', 'notice', 'violated', 4),
  sum('b2', 'breach', 'ended_met', 9),
];

test('every finding is counted in exactly one row, the unknown body too', () => {
  const rows = rowsUnder('/p/c/', sums, tree);
  expect(rows.map((row) => [row.kind, row.key, totalOf(row.tally)])).toEqual([
    ['division', '/p/c/d/', 3],
    ['body', 'b1', 3],
    ['unknown', '', 4],
  ]);
  expect(rows.reduce((total, row) => total + totalOf(row.tally), 0)).toBe(totalOf(tallyOf(sums)));
});

test('a division without findings is still listed', () => {
  const rows = rowsUnder('/p/c/', [], tree);
  expect(rows.map((row) => row.key)).toEqual(['/p/c/d/']);
});

test('the weightiest group comes first, ended ones do not count', () => {
  expect(tallies(sums).map((row) => row.group)).toEqual(['b1', 'b2', 'gone']);
  expect(tallies([sum('b2', 'breach', 'ended_met', 9)])).toEqual([]);
});

test('a reader of one city starts there', () => {
  expect(startOrg(sums.slice(0, 3), tree)).toBe('/p/c/');
  expect(startOrg(sums, tree)).toBe('/');
});

test('paths up the tree', () => {
  expect(parentPath('/p/c/')).toBe('/p/');
  expect(parentPath('/p/')).toBe('/');
  expect(pathsTo('/p/c/')).toEqual(['/p/', '/p/c/']);
});
