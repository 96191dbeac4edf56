import { expect, test } from 'vitest';
import type { OrgNode } from '@/shared/orgs';
import { type Branch, branches } from './tree';

const node = (name: string, kind: string, org: string, code = ''): OrgNode => ({
  id: name,
  kind,
  code,
  name,
  level: 'city',
  parent: null,
  successor: null,
  org,
  department: null,
  term: { from_on: '2018-01-01', to_on: null },
});
const tree = {
  divisions: [
    node('province', 'division', '/1/', '950000'),
    node('city', 'division', '/1/2/', '950100'),
    node('county', 'division', '/1/2/3/', '950102'),
  ],
  bodies: [
    node('market', 'body', '/1/2/b-1/'),
    node('health', 'body', '/1/2/3/b-2/'),
    node('lost', 'body', '/9/b-3/'),
  ],
};
const drawn = (branch: Branch): unknown =>
  branch.children.length === 0 ? branch.node.name : [branch.node.name, ...branch.children.map(drawn)];

test('bodies of a level before the divisions below it; what has no parent in reach is a root', () => {
  const built = branches(tree, '');
  expect(built.roots.map(drawn)).toEqual([['province', ['city', 'market', ['county', 'health']]], 'lost']);
  expect(built.near).toEqual(['province', 'city', 'lost']);
});

test('looking for a name keeps the way up to it', () => {
  expect(branches(tree, 'health').roots.map(drawn)).toEqual([['province', ['city', ['county', 'health']]]]);
  expect(branches(tree, '950102').roots.map(drawn)).toEqual([['province', ['city', 'county']]]);
  expect(branches(tree, 'none').roots).toEqual([]);
});
