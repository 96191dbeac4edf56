import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components } from '@/api/schema';
import { PAGE_SIZE } from '@/shared/search/list-search';
import type { BatchSearch, ImportsSearch } from './search';

export type Import = components['schemas']['Import'];
export type ImportRow = components['schemas']['ImportRow'];

/** 做着的时候，隔多久看一次做到哪里。 */
const WATCH_MS = 1_000;

export const isBusy = (batch: Import | undefined) =>
  batch?.state === 'running' || batch?.state === 'accepted';

export const importsQuery = (search: ImportsSearch) => {
  const query = {
    limit: search.size ?? PAGE_SIZE,
    ...(search.cursor ? { cursor: search.cursor } : {}),
  };
  return queryOptions({
    queryKey: ['imports', 'list', query],
    queryFn: () => taken(api.GET('/api/v1/imports', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: (running) =>
      running.state.data?.imports.some((batch) => batch.state === 'running') ? WATCH_MS : false,
  });
};

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id, 'head'],
    queryFn: async () => (await taken(api.GET('/api/v1/imports/{id}', { params: { path: { id } } }))).import,
    refetchInterval: (running) => (running.state.data?.state === 'running' ? WATCH_MS : false),
  });

export const rowsQuery = (id: string, search: BatchSearch) => {
  const query = {
    limit: search.size ?? PAGE_SIZE,
    ...(search.cursor ? { cursor: search.cursor } : {}),
    ...(search.outcome ? { outcome: search.outcome } : {}),
  };
  return queryOptions({
    queryKey: ['imports', id, 'rows', query],
    queryFn: () => taken(api.GET('/api/v1/imports/{id}/rows', { params: { path: { id }, query } })),
    placeholderData: keepPreviousData,
  });
};

export const unknownBodiesQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id, 'unknown'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/imports/{id}/unknown_bodies', { params: { path: { id } } })))
        .unknown_bodies,
  });

/** 要交的一份名单。 */
export interface Handed {
  file: File;
  org: string;
  source: string;
  body?: string | undefined;
  adapter?: string | undefined;
}

/** 交一份名单并试导入；同样的一份再交，得到原来的一批。 */
export async function handIn(handed: Handed): Promise<Import> {
  const form = new FormData();
  form.set('org', handed.org);
  form.set('source', handed.source);
  if (handed.body) form.set('body', handed.body);
  if (handed.adapter) form.set('adapter', handed.adapter);
  form.set('dry_run', 'true');
  // The interface reads the parts in order and wants the file last.
  form.set('file', handed.file);
  const body = form as unknown as components['schemas']['ImportForm'];
  const answer = await taken(api.POST('/api/v1/imports', { body, bodySerializer: () => form }));
  return answer.import;
}

/** 名单有哪些读法。 */
export const adaptersQuery = queryOptions({
  queryKey: ['adapters'],
  queryFn: async () => (await taken(api.GET('/api/v1/adapters'))).adapters,
  staleTime: 600_000,
});
