import type { components } from '@/api/schema';
import type { Severity } from '@/api/types';
import type { OrgNode } from '@/shared/orgs';

type FindingSum = components['schemas']['FindingSum'];

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

/**
 * 按主体的个数归到 `org` 的下一级：下级区划合计其下各主体，直属的主体各成一行。
 * 登记簿里对不上的合成一行，不丢掉。
 */
export function rowsUnder(
  org: string,
  sums: FindingSum[],
  tree: { divisions: OrgNode[]; bodies: OrgNode[] },
): DeskRow[] {
  const children = tree.divisions.filter((node) => parentPath(node.org) === org);
  const bodies = new Map(tree.bodies.map((node) => [node.id, node]));
  const rows = new Map<string, DeskRow>();
  const row = (key: string, kind: DeskRow['kind'], node: OrgNode | null) => {
    const held = rows.get(key) ?? { key, kind, node, tally: noTally() };
    rows.set(key, held);
    return held;
  };
  for (const child of children) row(child.org, 'division', child);
  for (const sum of sums) {
    const body = bodies.get(sum.group);
    const division = body && children.find((child) => body.org.startsWith(child.org));
    if (division) add(row(division.org, 'division', division).tally, sum);
    else if (body) add(row(body.id, 'body', body).tally, sum);
    else add(row('', 'unknown', null).tally, sum);
  }
  return [...rows.values()].sort(
    (a, b) =>
      rank(a.kind) - rank(b.kind) ||
      byWeight(a.tally, b.tally) ||
      (a.node?.code ?? '').localeCompare(b.node?.code ?? ''),
  );
}

const rank = (kind: DeskRow['kind']) => ({ division: 0, body: 1, unknown: 2 })[kind];

/** 上一级的路径；最上面的是 `/`。 */
export function parentPath(org: string): string {
  return org.replace(/[^/]+\/$/, '') || '/';
}

/** 由上而下直到 `org` 的各级路径，不含 `/`。 */
export function pathsTo(org: string): string[] {
  const parts = org.split('/').filter(Boolean);
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}/`);
}

/** 看的人从哪一级看起：只够得着一个下级区划的，从那里看起。 */
export function startOrg(sums: FindingSum[], tree: { divisions: OrgNode[]; bodies: OrgNode[] }): string {
  let org = '/';
  for (;;) {
    const rows = rowsUnder(org, sums, tree).filter((row) => totalOf(row.tally) > 0);
    const [only] = rows;
    if (rows.length !== 1 || only?.kind !== 'division' || !only.node) return org;
    org = only.node.org;
  }
}
