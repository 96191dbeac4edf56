export const CASE_TABS = [
  'timeline',
  'duties',
  'findings',
  'papers',
  'people',
  'score',
  'discretion',
  'disclosure',
  'proof',
] as const;

export type CaseTab = (typeof CASE_TABS)[number];

/** 案件页的地址：看哪一面、打开哪一项、正在记或更正哪件事。 */
export interface CaseSearch {
  tab?: CaseTab;
  duty?: string;
  finding?: string;
  record?: string;
  instance?: string;
  /** 裁量看的哪一项违法行为。 */
  item?: string;
  /** 正在更正的事件。 */
  correct?: string;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

export function caseSearch(search: Record<string, unknown>): CaseSearch {
  const found: CaseSearch = {};
  const tab = CASE_TABS.find((it) => it === search.tab);
  if (tab) found.tab = tab;
  for (const name of ['duty', 'finding', 'record', 'instance', 'item', 'correct'] as const) {
    const value = text(search[name]);
    if (value) found[name] = value;
  }
  return found;
}
