import { expect, test } from 'vitest';
import type { EventKind } from '@/api/types';
import type { OrgNode } from '@/shared/orgs';
import { CHANGES, FIRST, factText, fieldsOf, kindsFor } from './kinds';

const field = (name: string, type: string, choices: { code: string; name: string }[] = []) => ({
  field: name,
  name: `name of ${name}`,
  type,
  unit: null,
  is_required: false,
  is_sensitive: false,
  choices,
});
const kind = (name: string, fields: ReturnType<typeof field>[]): EventKind => ({
  kind: name,
  name,
  nature: 'fact',
  keys: [],
  opens: null,
  fields,
});
const body: OrgNode = {
  id: 'body_1',
  kind: 'body',
  code: '',
  name: 'B',
  level: 'city',
  parent: null,
  successor: null,
  org: '/1/b-1/',
  department: { code: 'health', name: 'H' },
  term: { from_on: '2018-01-01', to_on: null },
};
const division: OrgNode = {
  ...body,
  id: 'division_1',
  kind: 'division',
  code: '950100',
  name: 'D',
  department: null,
};
const tree = { divisions: [division], bodies: [body] };

test('what points to the registry is chosen, not typed; the person is filled in by the server', () => {
  const fields = fieldsOf(
    kind('officer_assigned', [
      field('officer', 'id:officer'),
      field('body', 'id:body'),
      field('post', 'text'),
    ]),
    tree,
  );
  expect(fields.map((it) => [it.field, it.choices.map((choice) => choice.code)])).toEqual([
    ['body', ['body_1']],
    ['post', []],
  ]);
  const registered = kind('body_registered', [field('region', 'text'), field('department', 'text')]);
  expect(fieldsOf(registered, tree).map((it) => it.choices.map((choice) => choice.code))).toEqual([
    ['950100'],
    ['health'],
  ]);
});

test('a fact is named by the registration and its codes by the choices', () => {
  const kinds = [
    kind('body_registered', [field('body_kind', 'code:body_kind', [{ code: 'town', name: 'T' }])]),
  ];
  const words = { yes: 'Y', no: 'N' };
  expect(factText('kind', 'town', kinds, words)).toEqual({ name: 'name of body_kind', text: 'T' });
  expect(factText('other', true, kinds, words)).toEqual({ name: null, text: 'Y' });
  expect(factText('kind', ['town', 'x'], kinds, words).text).toBe('T、x');
});

test('the registering kind comes first', () => {
  const all = [...CHANGES.item, ...FIRST.item].map((name) => kind(name, []));
  expect(kindsFor('item', all).map((it) => it.kind)).toEqual([
    'item_listed',
    'item_revised',
    'item_withdrawn',
  ]);
});
