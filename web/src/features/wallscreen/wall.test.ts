import { expect, test } from 'vitest';
import type { components } from '@/api/schema';
import { dayAfter, violations, worstBodies } from './wall';

type FindingSum = components['schemas']['FindingSum'];
const sum = (group: string, severity: FindingSum['severity'], status: string, count: number): FindingSum => ({
  group,
  severity,
  status,
  count,
});

test('days are counted over the end of a year', () => {
  expect(dayAfter('2026-12-28', 7)).toBe('2027-01-04');
});

test('only violations are counted on the wall', () => {
  const sums = [sum('grave', 'grave', 'violated', 2), sum('grave', 'grave', 'doubt', 5)];
  expect(violations(sums, 'grave')).toBe(2);
  expect(violations(sums, 'notice')).toBe(0);
});

test('grave ones come first, however many slight ones another body has', () => {
  const sums = [
    sum('many', 'notice', 'violated', 90),
    sum('grave', 'grave', 'violated', 1),
    sum('clean', 'warning', 'doubt', 3),
    sum('many', 'breach', 'violated', 4),
  ];
  expect(worstBodies(sums, 5).map((line) => [line.body, line.grave, line.breach, line.all])).toEqual([
    ['grave', 1, 0, 1],
    ['many', 0, 4, 94],
  ]);
  expect(worstBodies(sums, 1)).toHaveLength(1);
});
