import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';

/** 首页各列至多几条：再多的到列表里看。 */
const LINES = 20;

const mine = (isMine: boolean) => (isMine ? { is_mine: true } : {});

/** 还没有完成的义务，先到期的在前。 */
export const dueQuery = (isMine: boolean) =>
  queryOptions({
    queryKey: ['lists', 'due', isMine],
    queryFn: () => {
      const query = { state: 'open,near,breached,provisional', limit: LINES, ...mine(isMine) };
      return taken(api.GET('/api/v1/duties', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });

export const myCasesQuery = (isMine: boolean) =>
  queryOptions({
    queryKey: ['lists', 'home-cases', isMine],
    queryFn: () => taken(api.GET('/api/v1/cases', { params: { query: { limit: LINES, ...mine(isMine) } } })),
    placeholderData: keepPreviousData,
  });

export const summaryQuery = queryOptions({
  queryKey: ['lists', 'summary', 'severity'],
  queryFn: async () =>
    (await taken(api.GET('/api/v1/findings/summary', { params: { query: { by: 'severity' } } }))).summary,
});
