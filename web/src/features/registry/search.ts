import { listSearch } from '@/shared/search/list-search';

/** 机构页的地址：哪一天的树，打开哪一个。 */
export interface RegistrySearch {
  on?: string;
  node?: string;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

export function registrySearch(search: Record<string, unknown>): RegistrySearch {
  const on = text(search.on);
  const node = text(search.node);
  return { ...(on ? { on } : {}), ...(node ? { node } : {}) };
}

export const REGISTER_FILTERS = ['q', 'org', 'on'] as const;
export type RegisterFilterName = (typeof REGISTER_FILTERS)[number];
export const registerSearch = listSearch(REGISTER_FILTERS);
export type RegisterSearch = ReturnType<typeof registerSearch>;
