/** 首页的地址：看自己的，还是看得到的全部；没有写的由角色定。 */
export interface HomeSearch {
  scope?: 'mine' | 'all';
}

export function homeSearch(search: Record<string, unknown>): HomeSearch {
  return search.scope === 'mine' || search.scope === 'all' ? { scope: search.scope } : {};
}
