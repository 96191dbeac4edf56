import type { FactScope } from '@/api/types';
import { type Drafts, unwritten, written } from '@/shared/form-values';

export type Facts = Record<string, Record<string, unknown>>;

/** 填了的事实，按范围分写。 */
export function factsOf(scopes: FactScope[], drafts: Record<string, Drafts>): Facts {
  const facts: Facts = {};
  for (const scope of scopes) {
    for (const field of scope.fields) {
      const value = written(field, drafts[scope.scope]?.[field.field]);
      if (!value || 'fault' in value) continue;
      facts[scope.scope] = { ...facts[scope.scope], [field.field]: value.value };
    }
  }
  return facts;
}

/** 填报过的事实写回表单；表单写不下的不在内。 */
export function draftsOf(scopes: FactScope[], facts: Facts): Record<string, Drafts> {
  const drafts: Record<string, Drafts> = {};
  for (const scope of scopes) {
    const mine: Drafts = {};
    for (const field of scope.fields) {
      const value = unwritten(field, facts[scope.scope]?.[field.field]);
      if (value !== null) mine[field.field] = value;
    }
    drafts[scope.scope] = mine;
  }
  return drafts;
}

/** 改过的事实：表单里的以表单为准，清空了的没有；表单写不下的照原来的。 */
export function changed(scopes: FactScope[], facts: Facts, drafts: Record<string, Drafts>): Facts {
  const shown = draftsOf(scopes, facts);
  const now = factsOf(scopes, drafts);
  const result: Facts = {};
  for (const name of new Set([...Object.keys(facts), ...Object.keys(now)])) {
    const kept = Object.entries(facts[name] ?? {}).filter(([field]) => !(field in (shown[name] ?? {})));
    result[name] = { ...Object.fromEntries(kept), ...now[name] };
  }
  return result;
}
