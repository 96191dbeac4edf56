import { type ListSearch, listSearch } from '@/shared/search/list-search';

const list = listSearch([] as const);

/** 日志页的地址：查的是第几叶，检查点翻到哪里。 */
export interface LogSearch extends ListSearch {
  index?: number;
}

export function logSearch(search: Record<string, unknown>): LogSearch {
  const index = Number(search.index);
  const asked = search.index !== undefined && search.index !== '' && Number.isInteger(index) && index >= 0;
  return { ...list(search), ...(asked ? { index } : {}) };
}
