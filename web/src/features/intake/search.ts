import { listSearch } from '@/shared/search/list-search';

export const importsSearch = listSearch([] as const);
export type ImportsSearch = ReturnType<typeof importsSearch>;

/** 一批的地址：只看哪一种结果的行。 */
export const batchSearch = listSearch(['outcome'] as const);
export type BatchSearch = ReturnType<typeof batchSearch>;
