import type { paths } from '@/api/schema';
import { listSearch, PAGE_SIZE } from '@/shared/search/list-search';

type ListQuery = NonNullable<paths['/api/v1/findings']['get']['parameters']['query']>;

/** 监督台的地址：看到了哪一级。 */
export interface DeskSearch {
  org?: string;
  body?: string;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

export function deskSearch(search: Record<string, unknown>): DeskSearch {
  const org = text(search.org);
  const body = text(search.body);
  return { ...(org ? { org } : {}), ...(body ? { body } : {}) };
}

/** 发现列表的条件；`finding` 是打开着的那一个。 */
export const FINDING_FILTERS = [
  'severity',
  'status',
  'code',
  'org',
  'body',
  'case',
  'since',
  'ended',
  'finding',
] as const;

export type FindingFilterName = (typeof FINDING_FILTERS)[number];

export const findingsSearch = listSearch(FINDING_FILTERS);

export type FindingsSearch = ReturnType<typeof findingsSearch>;

/** 列表与导出共有的条件；发现之日从北京时间零点算起。 */
export function conditionsOf(search: FindingsSearch) {
  const { code, org, body, since, ended } = search;
  return {
    ...(code ? { code } : {}),
    ...(org ? { org } : {}),
    ...(body ? { body } : {}),
    ...(search.case ? { case: search.case } : {}),
    ...(since ? { since: `${since}T00:00:00+08:00` } : {}),
    ...(ended ? { with_ended: true } : {}),
  };
}

/** 地址里的状态写成接口的查询。 */
export function listQuery(search: FindingsSearch): ListQuery {
  const { severity, status, cursor, size } = search;
  return {
    ...(severity ? { severity } : {}),
    ...(status ? { status } : {}),
    ...conditionsOf(search),
    ...(cursor ? { cursor } : {}),
    limit: size ?? PAGE_SIZE,
  };
}

/** 跨案发现的条件；`finding` 是打开着的那一个。 */
export const OVER_CASES_FILTERS = ['severity', 'status', 'code', 'org', 'ended', 'finding'] as const;

export type OverCasesFilterName = (typeof OVER_CASES_FILTERS)[number];

export const overCasesSearch = listSearch(OVER_CASES_FILTERS);

export type OverCasesSearch = ReturnType<typeof overCasesSearch>;

/** 列表与导出共有的条件。 */
export function overCasesConditions({ code, org, ended }: OverCasesSearch) {
  return {
    ...(code ? { code } : {}),
    ...(org ? { org } : {}),
    ...(ended ? { with_ended: true } : {}),
  };
}

/** 地址里的状态写成接口的查询。 */
export function overCasesListQuery(search: OverCasesSearch) {
  const { severity, status, cursor, size } = search;
  return {
    ...(severity ? { severity } : {}),
    ...(status ? { status } : {}),
    ...overCasesConditions(search),
    ...(cursor ? { cursor } : {}),
    limit: size ?? PAGE_SIZE,
  };
}
