import { listSearch } from './list-search';

export const COMPLAINT_FILTERS = [
  'q',
  'state',
  'kind',
  'channel',
  'against',
  'body',
  'due_before',
  'received_from',
  'received_until',
  'over',
  'timely',
  'satisfied',
  'repeat',
] as const;

export type ComplaintFilterName = (typeof COMPLAINT_FILTERS)[number];

/** 投诉举报列表的地址。 */
export const complaintsSearch = listSearch(COMPLAINT_FILTERS);

export type ComplaintsSearch = ReturnType<typeof complaintsSearch>;

/** 类别的代码。 */
export const COMPLAINT_KINDS = [
  'enforcement',
  'violation_tip',
  'consumer',
  'petition',
  'other_complaint',
] as const;

/** 渠道的代码。 */
export const COMPLAINT_CHANNELS = [
  'platform',
  'hotline',
  'petition_office',
  'visit_or_letter',
  'telephone',
  'app',
  'other_channel',
] as const;
