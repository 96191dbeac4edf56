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

type ListQuery = NonNullable<paths['/api/v1/rules']['get']['parameters']['query']>;

/** The lawbook changes only when the server is started anew or reloads it. */
const STALE_MS = 600_000;

/** 地址里的条件写成接口的查询；标记接口不筛，另算。 */
export function listQuery(search: RulesSearch): ListQuery {
  const { q, area, severity, status, department, region, cursor, size } = search;
  return {
    ...(q ? { q } : {}),
    ...(area ? { area } : {}),
    ...(severity ? { severity: severity as NonNullable<ListQuery['severity']> } : {}),
    ...(status ? { status: status as NonNullable<ListQuery['status']> } : {}),
    ...(department ? { department } : {}),
    ...(region ? { region } : {}),
    ...(cursor ? { cursor } : {}),
    limit: size ?? PAGE_SIZE,
  };
}

/** 规则列表；要看标记的，读完各页再挑。 */
export const rulesQuery = (search: RulesSearch) =>
  queryOptions({
    queryKey: ['rules', 'list', listQuery(search), search.mark ?? ''],
    queryFn: async () => {
      const { mark } = search;
      const query = listQuery(search);
      if (!mark) return taken(api.GET('/api/v1/rules', { params: { query } }));
      const rules = await everyPage<RuleSummary>(async (cursor) => {
        const { cursor: _cursor, ...rest } = query;
        const params = { query: { ...rest, ...cursor, limit: 200 } };
        const page = await taken(api.GET('/api/v1/rules', { params }));
        return { items: page.rules, next: page.meta.next };
      });
      const marked = rules.filter((rule) => rule.marks.includes(mark));
      return { rules: marked, meta: { next: null, total: marked.length } };
    },
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

export const proceduresQuery = queryOptions({
  queryKey: ['procedures'],
  queryFn: () => taken(api.GET('/api/v1/procedures', { params: { query: { limit: 200 } } })),
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
