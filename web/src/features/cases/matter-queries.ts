import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { PAGE_SIZE } from '@/shared/search/list-search';
import type { MattersSearch } from '@/shared/search/matters';

/** 地址里的条件写成接口的条件：列表、件数、台账用同样的几个。 */
export function conditionsOf(search: MattersSearch) {
  const { q, state, source, due_before, body, over } = search;
  return {
    ...(q ? { q } : {}),
    ...(state ? { state } : {}),
    ...(source ? { source } : {}),
    ...(due_before ? { due_before } : {}),
    ...(body ? { body } : {}),
    ...(over ? { is_over: over === '1' } : {}),
  };
}

export const mattersQuery = (search: MattersSearch) => {
  const { cursor, size } = search;
  const query = { ...conditionsOf(search), ...(cursor ? { cursor } : {}), limit: size ?? PAGE_SIZE };
  return queryOptions({
    queryKey: ['lists', 'matters', query],
    queryFn: () => taken(api.GET('/api/v1/matters', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

export const matterCountsQuery = (search: MattersSearch) => {
  const query = conditionsOf(search);
  return queryOptions({
    queryKey: ['lists', 'matters', 'counts', query],
    queryFn: async () => (await taken(api.GET('/api/v1/matters/summary', { params: { query } }))).summary,
    placeholderData: keepPreviousData,
  });
};

/** 一件监督事项也是一条时间线：它变了，`['case', 标识]` 之下的一起重新取。 */
export const matterQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'matter'],
    queryFn: () => taken(api.GET('/api/v1/matters/{id}', { params: { path: { id } } })),
  });
