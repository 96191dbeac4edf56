import { expect, test } from 'vitest';
import { ROLES, rolesOf } from './roles';
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

test('each role stands in one class', () => {
  const all = [...rolesOf('business'), ...rolesOf('admin'), ...rolesOf('service')];
  expect(new Set(all).size).toBe(ROLES.length);
  expect(all).toHaveLength(ROLES.length);
});
