import type { components } from '@/api/schema';
import type { Severity } from '@/api/types';

type FindingSum = components['schemas']['FindingSum'];

export const SEVERITIES: Severity[] = ['grave', 'breach', 'warning', 'notice'];

/** 某日之后几日。 */
export function dayAfter(on: string, days: number): string {
  const day = new Date(`${on}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** 违反的个数，按程度。 */
export function violations(sums: FindingSum[], severity: Severity): number {
  return sums
    .filter((it) => it.severity === severity && it.status === 'violated')
    .reduce((n, it) => n + it.count, 0);
}

export interface BodyLine {
  body: string;
  name: string | null;
  grave: number;
  breach: number;
  all: number;
}

/** 违反多的主体在前；重大违法多的更前。 */
export function worstBodies(sums: FindingSum[], most: number): BodyLine[] {
  const lines = new Map<string, BodyLine>();
  for (const sum of sums) {
    if (sum.status !== 'violated') continue;
    const line = lines.get(sum.group) ?? {
      body: sum.group,
      name: sum.group_name ?? null,
      grave: 0,
      breach: 0,
      all: 0,
    };
    if (sum.severity === 'grave') line.grave += sum.count;
    if (sum.severity === 'breach') line.breach += sum.count;
    line.all += sum.count;
    lines.set(sum.group, line);
  }
  return [...lines.values()]
    .sort((a, b) => b.grave - a.grave || b.breach - a.breach || b.all - a.all || a.body.localeCompare(b.body))
    .slice(0, most);
}
