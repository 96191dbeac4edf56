import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { sessionQuery } from '@/api/session';
import type { Session } from '@/api/types';

/** 登录的人；只在登录之后的各页里用。 */
export function useSession(): Session {
  const context = useRouteContext({ from: '/signed-in' });
  const query = useQuery(sessionQuery);
  return query.data ?? context.session;
}
