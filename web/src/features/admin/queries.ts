import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components } from '@/api/schema';
import { everyPage } from '@/shared/every-page';
import { PAGE_SIZE } from '@/shared/search/list-search';
import { type AccountsSearch, type AuditSearch, auditQueryOf, type JobsSearch } from './search';

type Schemas = components['schemas'];
export type Account = Schemas['Account'];
export type Grant = Schemas['Grant'];
export type AuditEntry = Schemas['AuditEntry'];
export type Job = Schemas['Job'];
export type Delegation = Schemas['Delegation'];
export type Credentials = Schemas['Credentials'];
export type OpenSession = Schemas['Session'];

export const accountsQuery = (search: AccountsSearch) => {
  const query = {
    limit: search.size ?? PAGE_SIZE,
    ...(search.q ? { q: search.q } : {}),
    ...(search.org ? { org: search.org } : {}),
    ...(search.disabled ? { is_disabled: search.disabled === '1' } : {}),
    ...(search.cursor ? { cursor: search.cursor } : {}),
  };
  return queryOptions({
    queryKey: ['accounts', 'list', query],
    queryFn: () => taken(api.GET('/api/v1/accounts', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

/** 看得到的全部账号：名称对照与挑选用。 */
export const accountNamesQuery = queryOptions({
  queryKey: ['accounts', 'names'],
  queryFn: () =>
    everyPage<Account>(async (cursor) => {
      const page = await taken(api.GET('/api/v1/accounts', { params: { query: { limit: 200, ...cursor } } }));
      return { items: page.accounts, next: page.meta.next };
    }),
  staleTime: 60_000,
});

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'head'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/accounts/{id}', { params: { path: { id } } }))).account,
  });

export const grantsQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'grants'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/accounts/{id}/grants', { params: { path: { id } } }))).grants,
  });

export const sessionsQuery = (account: string) =>
  queryOptions({
    queryKey: ['accounts', account, 'sessions'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/sessions', { params: { query: { account, is_open: true, limit: 50 } } })))
        .sessions,
  });

export const auditQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', auditQueryOf(search)],
    queryFn: () => taken(api.GET('/api/v1/audit_entries', { params: { query: auditQueryOf(search) } })),
    placeholderData: keepPreviousData,
    // Each reading is itself an entry of the audit: read when asked, not by the way.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

export const jobsQuery = (search: JobsSearch) => {
  const query = {
    limit: search.size ?? PAGE_SIZE,
    ...(search.cursor ? { cursor: search.cursor } : {}),
  };
  return queryOptions({
    queryKey: ['jobs', query],
    queryFn: () => taken(api.GET('/api/v1/jobs', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

export const delegationsQuery = queryOptions({
  queryKey: ['delegations'],
  queryFn: () => taken(api.GET('/api/v1/delegations')),
});
