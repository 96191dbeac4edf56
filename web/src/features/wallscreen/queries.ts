import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { dayAfter } from './wall';

/** A screen nobody touches: what time alone changes is seen at the latest after this long. */
const REFRESH_MS = 60_000;
const NEWEST = 6;
const DUTIES = 200;
/** 几日之内到期的上屏。 */
export const DUE_DAYS = 7;

export const severityQuery = queryOptions({
  queryKey: ['lists', 'wall', 'severity'],
  queryFn: () => taken(api.GET('/api/v1/findings/summary', { params: { query: { by: 'severity' } } })),
  refetchInterval: REFRESH_MS,
});

export const bodiesQuery = queryOptions({
  queryKey: ['lists', 'wall', 'body'],
  queryFn: () => taken(api.GET('/api/v1/findings/summary', { params: { query: { by: 'body' } } })),
  refetchInterval: REFRESH_MS,
});

export const newestQuery = queryOptions({
  queryKey: ['lists', 'wall', 'newest'],
  queryFn: () => taken(api.GET('/api/v1/findings', { params: { query: { limit: NEWEST } } })),
  refetchInterval: REFRESH_MS,
});

/** 今天起七日之内到期而没有完成的；逾期的是发现，不在这里再数一遍。 */
export const dueQuery = (today: string) =>
  queryOptions({
    queryKey: ['lists', 'wall', 'due', today],
    queryFn: () => {
      const query = { state: 'open,near,provisional', due_before: dayAfter(today, DUE_DAYS), limit: DUTIES };
      return taken(api.GET('/api/v1/duties', { params: { query } }));
    },
    refetchInterval: REFRESH_MS,
  });
