import { expect, test } from 'vitest';
import type { FactScope } from '@/api/types';
import { changed, draftsOf, factsOf } from './facts';

const field = (name: string, type: string) => ({
  field: name,
  name,
  type,
  is_required: false,
  is_sensitive: false,
  choices: [],
});
const scopes: FactScope[] = [
  {
    scope: 'party',
    name: 'party',
    is_registered: false,
    fields: [field('name', 'text'), field('old', 'bool')],
  },
  { scope: 'case', name: 'case', is_registered: false, fields: [field('amount', 'fen')] },
];

test('only what was filled in is stated', () => {
  expect(factsOf(scopes, { party: { name: 'x', old: '' }, case: { amount: '1.50' } })).toEqual({
    party: { name: 'x' },
    case: { amount: 150 },
  });
});

test('what is not touched stays, what the form cannot show too, what is emptied goes', () => {
  const facts = { party: { name: 'x', old: true, other: { a: 1 } }, body: { b: 1 } };
  const drafts = draftsOf(scopes, facts);
  expect(changed(scopes, facts, drafts)).toEqual(facts);
  const emptied = { ...drafts, party: { ...drafts.party, name: '' }, case: { amount: '2' } };
  expect(changed(scopes, facts, emptied)).toEqual({
    party: { old: true, other: { a: 1 } },
    body: { b: 1 },
    case: { amount: 200 },
  });
});
