import { expect, test } from 'vitest';
import { mayLines, optionsOf, type Role } from './role-words';
import { auditQueryOf, auditSearch } from './search';

test('the last day of the audit counts, in the time of Beijing', () => {
  const query = auditQueryOf(auditSearch({ from: '2026-02-27', to: '2026-02-28' }));
  expect(query).toEqual({
    from: '2026-02-27T00:00:00+08:00',
    to: '2026-03-01T00:00:00+08:00',
    limit: 50,
  });
});

test('a kind of thing without the thing is not sent', () => {
  expect(auditQueryOf(auditSearch({ resource_kind: 'case' }))).toEqual({ limit: 50 });
  expect(auditQueryOf(auditSearch({ resource_kind: 'case', resource_id: 'case_1' }))).toMatchObject({
    resource_id: 'case_1',
  });
});

const label = (code: string) => ({ code, name: code });
const role = (code: string, kind: string): Role => ({
  code,
  name: code,
  class: label(kind),
  placement: '',
  is_delegable: true,
  incompatible_with: [],
  may: ['list', 'read'].map((action) => ({
    permission: `account.${action}`,
    resource: label('account'),
    action: label(action),
    reach: '',
    guard: null,
  })),
});

test('each role stands in its class', () => {
  const options = optionsOf({
    roles: [role('a', 'x'), role('b', 'y'), role('c', 'x')],
    classes: [label('x'), label('y')],
  });
  expect(options.map((it) => it.options.map((one) => one.value))).toEqual([['a', 'c'], ['b']]);
  expect(optionsOf(undefined)).toEqual([]);
});

test('what a role may is told by the kind of thing', () => {
  expect(mayLines(role('a', 'x'))).toEqual([{ resource: 'account', actions: 'list、read' }]);
});
