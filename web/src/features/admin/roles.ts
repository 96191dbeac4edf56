import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { optionsOf } from './role-words';

/** 角色、各能做什么、三员分立的规矩：都由接口的权限表给出。 */
export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: () => taken(api.GET('/api/v1/roles')),
  staleTime: 600_000,
});

/** 权限表；还没有取到的为空。 */
export function useRoles() {
  const { data } = useQuery(rolesQuery);
  return {
    roles: data?.roles ?? [],
    resources: data?.resources ?? [],
    separation: data?.separation ?? [],
    options: optionsOf(data),
    name: (code: string) => data?.roles.find((it) => it.code === code)?.name ?? '',
  };
}
