import { listSearch } from './list-search';

export const MATTER_FILTERS = ['q', 'state', 'source', 'due_before', 'body', 'over'] as const;

export type MatterFilterName = (typeof MATTER_FILTERS)[number];

/** 监督事项列表的地址。 */
export const mattersSearch = listSearch(MATTER_FILTERS);

export type MattersSearch = ReturnType<typeof mattersSearch>;

/** 线索来源的代码。 */
export const SOURCES = [
  'engine',
  'complaint',
  'case_review',
  'campaign',
  'assigned',
  'advice',
  'media',
] as const;
