import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { everyPage } from '@/shared/every-page';
import {
  type DeskSearch,
  type FindingsSearch,
  listQuery,
  type OverCasesSearch,
  overCasesListQuery,
} from './search';

type SumBy = 'body' | 'code' | 'severity';

export const findingsQuery = (search: FindingsSearch) =>
  queryOptions({
    queryKey: ['lists', 'findings', listQuery(search)],
    queryFn: () => taken(api.GET('/api/v1/findings', { params: { query: listQuery(search) } })),
    placeholderData: keepPreviousData,
  });

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ['lists', 'finding', id],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/findings/{id}', { params: { path: { id } } }))).finding,
  });

export const summaryQuery = (by: SumBy, scope: DeskSearch) =>
  queryOptions({
    queryKey: ['lists', 'desk', by, scope],
    queryFn: () => taken(api.GET('/api/v1/findings/summary', { params: { query: { by, ...scope } } })),
    placeholderData: keepPreviousData,
  });

/** 这一级之下各处的个数；没有说哪一级的，由接口定。 */
export const placesQuery = (org: string | undefined) =>
  queryOptions({
    queryKey: ['lists', 'desk', 'places', org ?? ''],
    queryFn: () => taken(api.GET('/api/v1/findings/places', { params: { query: org ? { org } : {} } })),
    placeholderData: keepPreviousData,
  });

/** 一季的走势，按周；只数要人处理的。 */
export const trendQuery = (scope: DeskSearch) =>
  queryOptions({
    queryKey: ['lists', 'desk', 'trend', scope],
    queryFn: () => {
      const query = { unit: 'week', status: 'violated,doubt,near', ...scope } as const;
      return taken(api.GET('/api/v1/findings/trend', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });

/** `done` 是得出它们的那一次：再数完一次，重新取。 */
export const overCasesQuery = (search: OverCasesSearch, done: string | undefined) =>
  queryOptions({
    queryKey: ['lists', 'over_cases', overCasesListQuery(search), done ?? ''],
    queryFn: () =>
      taken(api.GET('/api/v1/over_cases_findings', { params: { query: overCasesListQuery(search) } })),
    placeholderData: keepPreviousData,
  });

export const overCasesFindingQuery = (id: string) =>
  queryOptions({
    queryKey: ['lists', 'over_cases', 'one', id],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/over_cases_findings/{id}', { params: { path: { id } } })))
        .over_cases_finding,
  });

/** 正在数的，几秒问一次。 */
export const overCasesStateQuery = queryOptions({
  queryKey: ['lists', 'over_cases', 'state'],
  queryFn: async () => (await taken(api.GET('/api/v1/over_cases_state', {}))).over_cases_state,
  refetchInterval: (query) => (query.state.data?.newest?.state === 'running' ? 3_000 : false),
});

/** 施行中的全部规则的名称与编码。 */
export const rulesQuery = queryOptions({
  queryKey: ['rules', 'names'],
  queryFn: () =>
    everyPage(async (cursor) => {
      const page = await taken(api.GET('/api/v1/rules', { params: { query: { limit: 200, ...cursor } } }));
      return { items: page.rules.map(({ code, name }) => ({ code, name })), next: page.meta.next };
    }),
  staleTime: 600_000,
});
