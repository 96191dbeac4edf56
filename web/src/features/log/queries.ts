import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components } from '@/api/schema';
import { PAGE_SIZE } from '@/shared/search/list-search';
import type { LogSearch } from './search';

export type Checkpoint = components['schemas']['Checkpoint'];

export const checkpointQuery = queryOptions({
  queryKey: ['lists', 'log', 'checkpoint'],
  queryFn: async () => (await taken(api.GET('/api/v1/log/checkpoint'))).checkpoint,
});

export type KeyHandover = components['schemas']['KeyHandover'];

/** 公钥、指纹与换钥的经过。 */
export const logKeyQuery = queryOptions({
  queryKey: ['log', 'key'],
  queryFn: async () => (await taken(api.GET('/api/v1/log/key'))).log_key,
  staleTime: 600_000,
});

export const checkpointsQuery = (search: LogSearch) => {
  const query = {
    limit: search.size ?? PAGE_SIZE,
    ...(search.cursor ? { cursor: search.cursor } : {}),
  };
  return queryOptions({
    queryKey: ['log', 'checkpoints', query],
    queryFn: () => taken(api.GET('/api/v1/log/checkpoints', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

/** 一条条目连同包含证明：两样一起才核对得了。 */
export const leafQuery = (index: number) =>
  queryOptions({
    queryKey: ['log', 'leaf', index],
    queryFn: async () => {
      const [entry, inclusion] = await Promise.all([
        taken(api.GET('/api/v1/log/entries/{index}', { params: { path: { index } } })),
        taken(api.GET('/api/v1/log/proofs/inclusion', { params: { query: { index } } })),
      ]);
      return { log_entry: entry.log_entry, proof: inclusion.proof };
    },
  });
