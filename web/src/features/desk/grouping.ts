import type { components } from '@/api/schema';
import type { Severity } from '@/api/types';
import type { OrgNode } from '@/shared/orgs';

type FindingSum = components['schemas']['FindingSum'];
export type FindingPlace = components['schemas']['FindingPlace'];

/** 一组的个数：违反的按程度分，疑点、临期各一个。 */
export interface Tally {
  violated: Record<Severity, number>;
  doubt: number;
  near: number;
}

/** 监督台的一行：一个区划、一个主体，或对不上登记簿的。 */
export interface DeskRow {
  key: string;
  kind: 'division' | 'body' | 'unknown';
  node: OrgNode | null;
  tally: Tally;
}

export const SEVERITIES: Severity[] = ['grave', 'breach', 'warning', 'notice'];

export const noTally = (): Tally => ({
  violated: { grave: 0, breach: 0, warning: 0, notice: 0 },
  doubt: 0,
  near: 0,
});

/** 把一项个数加到一组里；终结了的、别的状态不算。 */
export function add(tally: Tally, sum: Pick<FindingSum, 'severity' | 'status' | 'count'>) {
  if (sum.status === 'violated') tally.violated[sum.severity] += sum.count;
  else if (sum.status === 'doubt') tally.doubt += sum.count;
  else if (sum.status === 'near') tally.near += sum.count;
}

export const violatedOf = (tally: Tally) =>
  SEVERITIES.reduce((total, severity) => total + tally.violated[severity], 0);

export const totalOf = (tally: Tally) => violatedOf(tally) + tally.doubt + tally.near;

/** 全部合成一组。 */
export function tallyOf(sums: FindingSum[]): Tally {
  const tally = noTally();
  for (const sum of sums) add(tally, sum);
  return tally;
}

/** 各组各自的个数，重的在前。 */
export function tallies(sums: FindingSum[]): { group: string; name: string; tally: Tally }[] {
  const groups = new Map<string, { name: string; tally: Tally }>();
  for (const sum of sums) {
    const held = groups.get(sum.group) ?? { name: sum.group_name ?? sum.group, tally: noTally() };
    add(held.tally, sum);
    groups.set(sum.group, held);
  }
  return [...groups]
    .map(([group, held]) => ({ group, ...held }))
    .filter((row) => totalOf(row.tally) > 0)
    .sort((a, b) => byWeight(a.tally, b.tally) || a.group.localeCompare(b.group));
}

/** 重大违法多的在前，一样的看下一级。 */
export function byWeight(a: Tally, b: Tally): number {
  for (const severity of SEVERITIES) {
    const more = b.violated[severity] - a.violated[severity];
    if (more !== 0) return more;
  }
  return b.doubt - a.doubt || b.near - a.near;
}

/** 各处写成监督台的行：重的在前，下级区划在主体之先。 */
export function rowsOf(places: FindingPlace[]): DeskRow[] {
  const rows = places.map((place) => {
    const node = place.node ?? null;
    const kind = node === null ? 'unknown' : node.kind === 'division' ? 'division' : 'body';
    const tally = noTally();
    for (const one of place.counts) add(tally, one);
    return { key: place.org, kind, node, tally } satisfies DeskRow;
  });
  return rows.sort(
    (a, b) =>
      RANK[a.kind] - RANK[b.kind] ||
      byWeight(a.tally, b.tally) ||
      (a.node?.code ?? '').localeCompare(b.node?.code ?? ''),
  );
}

const RANK = { division: 0, body: 1, unknown: 2 };
