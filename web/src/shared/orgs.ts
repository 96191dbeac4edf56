import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import type { components } from '@/api/schema';
import { t } from '@/messages/text';
import { everyPage } from './every-page';

export type OrgNode = components['schemas']['OrgNode'];

/** 整棵机构树：区划与主体，某一天的（不写是今天）。 */
export const orgTreeQuery = (on?: string) =>
  queryOptions({
    queryKey: ['orgs', on ?? ''],
    queryFn: async () => {
      const query = { limit: 200, ...(on ? { on } : {}) };
      const divisions = await everyPage<OrgNode>(async (cursor) => {
        const params = { query: { ...query, ...cursor } };
        const page = await taken(api.GET('/api/v1/organisations', { params }));
        return { items: page.organisations, next: page.meta.next };
      });
      const bodies = await everyPage<OrgNode>(async (cursor) => {
        const params = { query: { ...query, ...cursor } };
        const page = await taken(api.GET('/api/v1/bodies', { params }));
        return { items: page.bodies, next: page.meta.next };
      });
      return { divisions, bodies };
    },
    staleTime: 300_000,
  });

/** 机构的名称对照；还没有取到、没有登记的查不到。 */
export interface Orgs {
  divisions: OrgNode[];
  bodies: OrgNode[];
  ofPath: (path: string | null | undefined) => OrgNode | undefined;
  ofId: (id: string | null | undefined) => OrgNode | undefined;
}

/** 今天的机构树，带按路径、按标识的对照。 */
export function useOrgs(): Orgs {
  const { data } = useQuery(orgTreeQuery());
  return useMemo(() => {
    const divisions = data?.divisions ?? [];
    const bodies = data?.bodies ?? [];
    const all = [...divisions, ...bodies];
    const paths = new Map(all.map((node) => [node.org, node]));
    const ids = new Map(all.map((node) => [node.id, node]));
    return {
      divisions,
      bodies,
      ofPath: (path) => (path ? paths.get(path) : undefined),
      ofId: (id) => (id ? ids.get(id) : undefined),
    };
  }, [data]);
}

/** 路径写成机构的名称；名称还没有取到的照实说，不写路径。 */
export const orgName = (orgs: Orgs, path: string) =>
  path === '/' ? t('org.whole') : (orgs.ofPath(path)?.name ?? t('org.unnamed'));
