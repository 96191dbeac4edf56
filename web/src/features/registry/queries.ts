import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components } from '@/api/schema';
import type { EventKind } from '@/api/types';
import { everyPage } from '@/shared/every-page';
import { PAGE_SIZE } from '@/shared/search/list-search';
import type { RegisterName } from './kinds';
import type { RegisterSearch } from './search';

type Schemas = components['schemas'];
export type Officer = Schemas['OfficerEntry'];
export type Item = Schemas['Item'];
export type Card = Schemas['Card'];
export type Term = Schemas['Term'];
export type DatedFacts = Schemas['DatedFacts'];
export type EventInput = Schemas['EventInput'];

const listQuery = (search: RegisterSearch) => ({
  limit: search.size ?? PAGE_SIZE,
  ...(search.q ? { q: search.q } : {}),
  ...(search.org ? { org: search.org } : {}),
  ...(search.on ? { on: search.on } : {}),
  ...(search.cursor ? { cursor: search.cursor } : {}),
});

export const officersQuery = (search: RegisterSearch) => {
  const query = listQuery(search);
  return queryOptions({
    queryKey: ['officers', 'list', query],
    queryFn: () => taken(api.GET('/api/v1/officers', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

export const itemsQuery = (search: RegisterSearch) => {
  const query = listQuery(search);
  return queryOptions({
    queryKey: ['items', 'list', query],
    queryFn: () => taken(api.GET('/api/v1/items', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

export const divisionQuery = (id: string) =>
  queryOptions({
    queryKey: ['orgs', 'division', id],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/organisations/{id}', { params: { path: { id } } }))).organisation,
  });

export const bodyQuery = (id: string) =>
  queryOptions({
    queryKey: ['orgs', 'body', id],
    queryFn: async () => (await taken(api.GET('/api/v1/bodies/{id}', { params: { path: { id } } }))).body,
  });

export const officerQuery = (id: string) =>
  queryOptions({
    queryKey: ['officers', id],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/officers/{id}', { params: { path: { id } } }))).officer,
  });

export const itemQuery = (id: string) =>
  queryOptions({
    queryKey: ['items', id],
    queryFn: async () => (await taken(api.GET('/api/v1/items/{id}', { params: { path: { id } } }))).item,
  });

/** 法典登记的全部事件种类：登记簿的表单与字段的名称都出自它。 */
export const kindsQuery = queryOptions({
  queryKey: ['event_kinds', 'all'],
  queryFn: () =>
    everyPage<EventKind>(async (cursor) => {
      const page = await taken(
        api.GET('/api/v1/event_kinds', { params: { query: { limit: 200, ...cursor } } }),
      );
      return { items: page.event_kinds, next: page.meta.next };
    }),
  staleTime: 600_000,
});

const REGISTER_PATHS = {
  division: '/api/v1/organisations',
  body: '/api/v1/bodies',
  officer: '/api/v1/officers',
  item: '/api/v1/items',
} as const;

const CHANGE_PATHS = {
  division: '/api/v1/organisations/{id}/events',
  body: '/api/v1/bodies/{id}/events',
  officer: '/api/v1/officers/{id}/events',
  item: '/api/v1/items/{id}/events',
} as const;

/** 登记一个新的；答复是它的标识。 */
export async function register(name: RegisterName, events: EventInput[]): Promise<string> {
  const answer = await taken(api.POST(REGISTER_PATHS[name], { body: { events } }));
  return answer.registered.id;
}

/** 记一条变更；所据的版本旧了的，接口会说。 */
export async function change(
  name: RegisterName,
  id: string,
  version: number,
  event: EventInput,
  note: string | undefined,
): Promise<void> {
  await taken(
    api.POST(CHANGE_PATHS[name], {
      params: { path: { id }, header: { 'If-Match': `"${version}"` } },
      body: { event, ...(note ? { note } : {}) },
    }),
  );
}
