import { queryOptions } from '@tanstack/react-query';
import { api, holdCsrfToken } from './client';
import { Problem, taken } from './problem';
import type { Session } from './types';

/** 当前会话；没有登录的为 null。防伪令牌随它更新。 */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      const answer = await taken(api.GET('/api/v1/sessions/current'));
      holdCsrfToken(answer.csrf_token);
      return answer.session;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        holdCsrfToken(null);
        return null;
      }
      throw error;
    }
  },
  staleTime: 60_000,
});
