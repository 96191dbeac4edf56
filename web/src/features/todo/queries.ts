import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';

/** 首页各列至多几条：再多的到列表里看。 */
const LINES = 20;
/** 逾期的只列最早的几条：不能把明天到期的挤出这一页。 */
const OVERDUE_LINES = 5;

const mine = (isMine: boolean) => (isMine ? { is_mine: true } : {});

/** 还没有完成的义务，先到期的在前：没有到期的，逾期的。 */
export const dueQuery = (isMine: boolean, isOverdue: boolean) =>
  queryOptions({
    queryKey: ['lists', 'due', isMine, isOverdue],
    queryFn: () => {
      const query = {
        state: isOverdue ? 'breached' : 'open,near,provisional',
        limit: isOverdue ? OVERDUE_LINES : LINES,
        ...mine(isMine),
      };
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

/** 收到的监督：送达了本机关、没有办结的。 */
export const receivedQuery = queryOptions({
  queryKey: ['lists', 'received-matters'],
  queryFn: () => taken(api.GET('/api/v1/matters', { params: { query: { is_over: false, limit: LINES } } })),
});

export const summaryQuery = queryOptions({
  queryKey: ['lists', 'summary', 'severity'],
  queryFn: async () =>
    (await taken(api.GET('/api/v1/findings/summary', { params: { query: { by: 'severity' } } }))).summary,
});
