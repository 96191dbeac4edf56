import { listSearch, PAGE_SIZE } from '@/shared/search/list-search';

export const accountsSearch = listSearch(['q', 'org', 'disabled'] as const);
export type AccountsSearch = ReturnType<typeof accountsSearch>;

export const AUDIT_FILTERS = ['account', 'resource_kind', 'resource_id', 'from', 'to'] as const;
export type AuditFilterName = (typeof AUDIT_FILTERS)[number];
export const auditSearch = listSearch(AUDIT_FILTERS);
export type AuditSearch = ReturnType<typeof auditSearch>;

export const jobsSearch = listSearch([] as const);
export type JobsSearch = ReturnType<typeof jobsSearch>;

/** 审计的日期按北京时间：起日零点起，止日当天也算。 */
export function auditQueryOf(search: AuditSearch) {
  const { account, resource_kind, resource_id, from, to, cursor, size } = search;
  return {
    ...(account ? { account } : {}),
    // The interface takes the kind and the one thing of that kind only together.
    ...(resource_kind && resource_id ? { resource_kind, resource_id } : {}),
    ...(from ? { from: `${from}T00:00:00+08:00` } : {}),
    ...(to ? { to: `${nextDay(to)}T00:00:00+08:00` } : {}),
    ...(cursor ? { cursor } : {}),
    limit: size ?? PAGE_SIZE,
  };
}

function nextDay(on: string): string {
  const day = new Date(`${on}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}
