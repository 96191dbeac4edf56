import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { everyPage } from '@/shared/every-page';
import { type DeskSearch, type FindingsSearch, listQuery } from './search';

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
