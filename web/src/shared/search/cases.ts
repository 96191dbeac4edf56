import { listSearch } from './list-search';

export const CASE_FILTERS = [
  'q',
  'procedure',
  'state',
  'severity',
  'code',
  'due_before',
  'filed_from',
  'filed_to',
  'body',
  'org',
  'mine',
] as const;

export type CaseFilterName = (typeof CASE_FILTERS)[number];

/** 案件列表的地址。 */
export const casesSearch = listSearch(CASE_FILTERS);

export type CasesSearch = ReturnType<typeof casesSearch>;
