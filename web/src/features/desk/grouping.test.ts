import { expect, test } from 'vitest';
import type { components } from '@/api/schema';
import type { OrgNode } from '@/shared/orgs';
import { type FindingPlace, rowsOf, tallies, tallyOf, totalOf } from './grouping';

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
const place = (org: string, found: OrgNode | null, counts: FindingPlace['counts']): FindingPlace => ({
  org,
  node: found,
  counts,
});
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

test('divisions come first, then bodies, then what no register knows; nothing is lost', () => {
  const rows = rowsOf([
    place('/p/c/', null, [{ severity: 'notice', status: 'violated', count: 4 }]),
    place('/p/c/b-1/', node('b1', 'body', '/p/c/b-1/'), [
      { severity: 'grave', status: 'violated', count: 2 },
    ]),
    place('/p/c/d/', node('d', 'division', '/p/c/d/'), []),
    place('/p/c/e/', node('e', 'division', '/p/c/e/'), [{ severity: 'breach', status: 'doubt', count: 3 }]),
  ]);
  expect(rows.map((row) => [row.kind, row.key, totalOf(row.tally)])).toEqual([
    ['division', '/p/c/e/', 3],
    ['division', '/p/c/d/', 0],
    ['body', '/p/c/b-1/', 2],
    ['unknown', '/p/c/', 4],
  ]);
});

test('the weightiest group comes first, ended ones do not count', () => {
  expect(tallies(sums).map((row) => row.group)).toEqual(['b1', 'b2', 'gone']);
  expect(tallies([sum('b2', 'breach', 'ended_met', 9)])).toEqual([]);
  expect(totalOf(tallyOf(sums))).toBe(10);
});
