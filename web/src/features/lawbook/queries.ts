import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components, paths } from '@/api/schema';
import { everyPage } from '@/shared/every-page';
import { PAGE_SIZE } from '@/shared/search/list-search';
import type { EventKindsSearch, RulesSearch } from './search';

type Schemas = components['schemas'];
export type RuleSummary = Schemas['RuleSummary'];
export type RuleDetail = Schemas['RuleDetail'];
export type RuleParameter = Schemas['RuleParameter'];
export type ParameterSetting = Schemas['ParameterSetting'];
export type ProcedureTable = Schemas['ProcedureTable'];
export type ProcedureStep = Schemas['ProcedureStep'];
export type StateBox = Schemas['StateBox'];
export type StateLine = Schemas['StateLine'];

export type TrialCount = Schemas['TrialCount'];
export type DiscretionItem = Schemas['DiscretionItem'];
export type DiscretionAsk = Schemas['DiscretionAsk'];

type ListQuery = NonNullable<paths['/api/v1/rules']['get']['parameters']['query']>;

/** The lawbook changes only when the server is started anew or reloads it. */
const STALE_MS = 600_000;

/** 地址里的条件写成接口的查询。 */
export function listQuery(search: RulesSearch): ListQuery {
  const { q, area, severity, status, department, region, mark, cursor, size } = search;
  return {
    ...(q ? { q } : {}),
    ...(area ? { area } : {}),
    ...(severity ? { severity: severity as NonNullable<ListQuery['severity']> } : {}),
    ...(status ? { status: status as NonNullable<ListQuery['status']> } : {}),
    ...(department ? { department } : {}),
    ...(region ? { region } : {}),
    ...(mark ? { mark } : {}),
    ...(cursor ? { cursor } : {}),
    limit: size ?? PAGE_SIZE,
  };
}

/** 规则列表。 */
export const rulesQuery = (search: RulesSearch) =>
  queryOptions({
    queryKey: ['rules', 'list', listQuery(search)],
    queryFn: () => taken(api.GET('/api/v1/rules', { params: { query: listQuery(search) } })),
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });

/** 全部规则的概要：供条件的可选值与名称对照。 */
export const allRulesQuery = queryOptions({
  queryKey: ['rules', 'all'],
  queryFn: () =>
    everyPage<RuleSummary>(async (cursor) => {
      const page = await taken(api.GET('/api/v1/rules', { params: { query: { limit: 200, ...cursor } } }));
      return { items: page.rules, next: page.meta.next };
    }),
  staleTime: STALE_MS,
});

export const ruleQuery = (code: string) =>
  queryOptions({
    queryKey: ['rules', 'one', code],
    queryFn: async () => (await taken(api.GET('/api/v1/rules/{code}', { params: { path: { code } } }))).rule,
    staleTime: STALE_MS,
  });

/** 一条试行的规则会说到多少案。 */
export const trialQuery = (code: string) =>
  queryOptions({
    queryKey: ['rules', 'trial', code],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/rules/{code}/trial', { params: { path: { code } } }))).trial,
  });

export type LawbookState = Schemas['LawbookState'];

/** 本节点的法典：哪一版、叠加了什么、改动用上没有；改了几秒之内就换上，所以隔一会儿再取。 */
export const lawbookStateQuery = queryOptions({
  queryKey: ['lawbook_state'],
  queryFn: async () => (await taken(api.GET('/api/v1/lawbook_state'))).lawbook_state,
  refetchInterval: 10_000,
});

export const proceduresQuery = queryOptions({
  queryKey: ['procedures'],
  queryFn: () => taken(api.GET('/api/v1/procedures', { params: { query: { limit: 200 } } })),
  staleTime: STALE_MS,
});

/** 全部裁量事项，与各事项通用的情节要问的事实。 */
export const discretionQuery = queryOptions({
  queryKey: ['discretion_items'],
  queryFn: async () => {
    let shared: DiscretionAsk[] = [];
    const items = await everyPage<DiscretionItem>(async (cursor) => {
      const params = { query: { limit: 200, ...cursor } };
      const page = await taken(api.GET('/api/v1/discretion_items', { params }));
      shared = page.shared_asks;
      return { items: page.discretion_items, next: page.meta.next };
    });
    return { items, shared };
  },
  staleTime: STALE_MS,
});

export const eventKindsQuery = (search: EventKindsSearch) => {
  const query = {
    limit: search.size ?? PAGE_SIZE,
    ...(search.q ? { q: search.q } : {}),
    ...(search.cursor ? { cursor: search.cursor } : {}),
  };
  return queryOptions({
    queryKey: ['event_kinds', 'list', query],
    queryFn: () => taken(api.GET('/api/v1/event_kinds', { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });
};
