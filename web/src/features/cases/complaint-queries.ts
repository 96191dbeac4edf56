import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { ComplaintsSearch } from '@/shared/search/complaints';
import { PAGE_SIZE } from '@/shared/search/list-search';

/** 统计按什么分。 */
export type StatsBy = 'against' | 'body' | 'channel' | 'kind';

const FLAGS = {
  over: 'is_over',
  timely: 'is_timely',
  satisfied: 'is_satisfied',
  repeat: 'is_repeat',
} as const;

/** 地址里的条件写成接口的条件：列表、件数、台账用同样的几个。 */
export function conditionsOf(search: ComplaintsSearch) {
  const { sort: _sort, cols: _cols, size: _size, cursor: _cursor, page: _page, ...rest } = search;
  const { over, timely, satisfied, repeat, ...texts } = rest;
  const given = Object.entries({ over, timely, satisfied, repeat }).filter(([, value]) => value);
  const flags = given.map(([name, value]) => [FLAGS[name as keyof typeof FLAGS], value === '1']);
  return { ...texts, ...(Object.fromEntries(flags) as Partial<Record<'is_over', boolean>>) };
}

export const complaintsQuery = (search: ComplaintsSearch) => {
  const { cursor, size } = search;
  const query = { ...conditionsOf(search), ...(cursor ? { cursor } : {}), limit: size ?? PAGE_SIZE };
  return queryOptions({
    queryKey: ['lists', 'complaints', query],
    queryFn: () => taken(api.GET('/api/v1/complaints', { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

export const complaintCountsQuery = (search: ComplaintsSearch, by: StatsBy | 'state') => {
  const query = { ...conditionsOf(search), by };
  return queryOptions({
    queryKey: ['lists', 'complaints', 'counts', query],
    queryFn: async () => (await taken(api.GET('/api/v1/complaints/summary', { params: { query } }))).summary,
    placeholderData: keepPreviousData,
  });
};

/** 一件投诉举报也是一条时间线：它变了，`['case', 标识]` 之下的一起重新取。 */
export const complaintQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'complaint'],
    queryFn: () => taken(api.GET('/api/v1/complaints/{id}', { params: { path: { id } } })),
  });
