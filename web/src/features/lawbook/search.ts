import { listSearch } from '@/shared/search/list-search';

export const RULE_FILTERS = ['q', 'area', 'severity', 'status', 'department', 'region', 'mark'] as const;
export type RuleFilterName = (typeof RULE_FILTERS)[number];
export const rulesSearch = listSearch(RULE_FILTERS);
export type RulesSearch = ReturnType<typeof rulesSearch>;

/** 规则页的地址：参数看哪个部门、哪个地区、哪一天的。 */
export interface RuleSearch {
  department?: string;
  region?: string;
  on?: string;
}

const text = (value: unknown) => {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written !== '' ? written : undefined;
};

export function ruleSearch(search: Record<string, unknown>): RuleSearch {
  const found: RuleSearch = {};
  for (const name of ['department', 'region', 'on'] as const) {
    const value = text(search[name]);
    if (value) found[name] = value;
  }
  return found;
}

/** 程序页的地址：看哪一个状态的出入。 */
export function procedureSearch(search: Record<string, unknown>): { state?: string } {
  const state = text(search.state);
  return state ? { state } : {};
}

/** 裁量试算的地址：哪一项违法行为。填的事实不进地址。 */
export function discretionSearch(search: Record<string, unknown>): { item?: string } {
  const item = text(search.item);
  return item ? { item } : {};
}

export const eventKindsSearch = listSearch(['q', 'kind'] as const);
export type EventKindsSearch = ReturnType<typeof eventKindsSearch>;

/** 试算的地址：看哪一部候选的法典、哪一次试算。 */
export function foresightSearch(search: Record<string, unknown>): { candidate?: string; run?: string } {
  const found: { candidate?: string; run?: string } = {};
  for (const name of ['candidate', 'run'] as const) {
    const value = text(search[name]);
    if (value) found[name] = value;
  }
  return found;
}
