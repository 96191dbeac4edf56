import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken, takenWhole } from '@/api/problem';
import type { components, paths } from '@/api/schema';
import type { CaseEvent, EventKind, EventProof, Severity } from '@/api/types';
import type { CasesSearch } from '@/shared/search/cases';
import { PAGE_SIZE } from '@/shared/search/list-search';

type ListQuery = NonNullable<paths['/api/v1/cases']['get']['parameters']['query']>;

/** 地址里的状态写成接口的查询。 */
export function listQuery(search: CasesSearch): ListQuery {
  const { cols: _cols, page: _page, size, sort, severity, mine, ...rest } = search;
  return {
    ...rest,
    ...(sort ? { sort: sort as NonNullable<ListQuery['sort']> } : {}),
    ...(severity ? { severity: severity as Severity } : {}),
    ...(mine ? { is_mine: true } : {}),
    limit: size ?? PAGE_SIZE,
  };
}

export const casesQuery = (search: CasesSearch) =>
  queryOptions({
    queryKey: ['lists', 'cases', listQuery(search)],
    queryFn: () => taken(api.GET('/api/v1/cases', { params: { query: listQuery(search) } })),
    placeholderData: keepPreviousData,
  });

export const proceduresQuery = queryOptions({
  queryKey: ['procedures'],
  queryFn: () => taken(api.GET('/api/v1/procedures', { params: { query: { limit: 200 } } })),
  staleTime: 600_000,
});

/** 可以填报的事实的声明。 */
export const factScopesQuery = queryOptions({
  queryKey: ['fact_scopes'],
  queryFn: async () => (await taken(api.GET('/api/v1/fact_scopes'))).fact_scopes,
  staleTime: 600_000,
});

/** 一案的各份数据都在 `['case', 标识]` 之下：这一案变了，一起重新取。 */
export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'head'],
    queryFn: async () => (await taken(api.GET('/api/v1/cases/{id}', { params: { path: { id } } }))).case,
  });

export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'events'],
    queryFn: () =>
      everyPage<CaseEvent>(async (cursor) => {
        const query = { limit: 200, ...cursor };
        const page = await taken(api.GET('/api/v1/cases/{id}/events', { params: { path: { id }, query } }));
        return { items: page.events, next: page.meta.next };
      }),
  });

export const dutiesQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'duties'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/cases/{id}/duties', { params: { path: { id } } }))).duties,
  });

export const dutyQuery = (id: string, duty: string) =>
  queryOptions({
    queryKey: ['case', id, 'duty', duty],
    queryFn: () => taken(api.GET('/api/v1/cases/{id}/duties/{duty}', { params: { path: { id, duty } } })),
  });

export const findingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'findings'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/cases/{id}/findings', { params: { path: { id } } }))).findings,
  });

export type CaseLink = components['schemas']['CaseLink'];

export const linksQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'links'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/cases/{id}/links', { params: { path: { id } } }))).links,
  });

export const scoresQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'scores'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/cases/{id}/score_sheets', { params: { path: { id } } }))).score_sheets,
  });

/** 一案的裁量；没有选事项的只有用得上的各项。 */
export const discretionQuery = (id: string, item: string | undefined) =>
  queryOptions({
    queryKey: ['case', id, 'discretion', item ?? ''],
    queryFn: () => {
      const params = { path: { id }, query: item ? { item } : {} };
      return taken(api.GET('/api/v1/cases/{id}/discretion', { params }));
    },
    placeholderData: keepPreviousData,
  });

export const explanationQuery = (id: string, code: string) =>
  queryOptions({
    queryKey: ['case', id, 'why', code],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/cases/{id}/rules/{code}', { params: { path: { id, code } } })))
        .explanation,
  });

/** 现在可以做的，连同所据的版本：提交时以它作 If-Match。 */
export const actionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'actions'],
    queryFn: async () => {
      const fetched = api.GET('/api/v1/cases/{id}/next_actions', { params: { path: { id } } });
      const { data, response } = await takenWhole(fetched);
      return { ...data, version: Number(response.headers.get('etag')?.replaceAll('"', '')) };
    },
  });

export const proofsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'proofs'],
    queryFn: () =>
      everyPage<EventProof>(async (cursor) => {
        const query = { limit: 200, ...cursor };
        const page = await taken(
          api.GET('/api/v1/cases/{id}/log_proofs', { params: { path: { id }, query } }),
        );
        return { items: page.log_proofs, next: page.meta.next };
      }),
  });

/** 一案的公示：公布过的各版，没有了结的稿，可以公示的决定。 */
export const publicationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'public_records'],
    queryFn: () => taken(api.GET('/api/v1/cases/{id}/public_records', { params: { path: { id } } })),
  });

/** 一份决定照法典的样式画出的公开稿；什么也不写。 */
export const disclosureDraftQuery = (id: string, decision: string) =>
  queryOptions({
    queryKey: ['case', id, 'disclosure_draft', decision],
    queryFn: async () => {
      const params = { path: { id }, query: { decision } };
      return (await taken(api.GET('/api/v1/cases/{id}/disclosure_draft', { params }))).draft;
    },
  });

/** 法典登记的全部事件种类。 */
export const eventKindsQuery = queryOptions({
  queryKey: ['event_kinds'],
  queryFn: () =>
    everyPage<EventKind>(async (cursor) => {
      const page = await taken(
        api.GET('/api/v1/event_kinds', { params: { query: { limit: 200, ...cursor } } }),
      );
      return { items: page.event_kinds, next: page.meta.next };
    }),
  staleTime: 600_000,
});

/** Pages of a list that is shown whole; a case with more than this many pages is no longer a case. */
const PAGES_MAX = 20;

async function everyPage<T>(
  page: (cursor: { cursor?: string }) => Promise<{ items: T[]; next?: string | null | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: { cursor?: string } = {};
  for (let n = 0; n < PAGES_MAX; n += 1) {
    const { items, next } = await page(cursor);
    all.push(...items);
    if (!next) break;
    cursor = { cursor: next };
  }
  return all;
}

/** 施行中的全部规则的名称与编码，供挑选。 */
export const rulesQuery = queryOptions({
  queryKey: ['rules', 'names'],
  queryFn: () =>
    everyPage(async (cursor) => {
      const page = await taken(api.GET('/api/v1/rules', { params: { query: { limit: 200, ...cursor } } }));
      return { items: page.rules.map(({ code, name }) => ({ code, name })), next: page.meta.next };
    }),
  staleTime: 600_000,
});
