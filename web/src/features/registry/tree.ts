import type { OrgNode } from '@/shared/orgs';

/** 树的一枝。 */
export interface Branch {
  node: OrgNode;
  children: Branch[];
}

/** 起初展开到第几层。 */
const NEAR_LEVELS = 2;

/**
 * 由路径连成树：本级的主体在前，下级的区划在后，各按代码、名称排。写了要找的字，只留名称、代码里有的与它们的上级。
 * 上级不在列的（看不到、那一天还没有）作根，不丢掉。
 */
export function branches(
  tree: { divisions: OrgNode[]; bodies: OrgNode[] },
  wanted: string,
): { roots: Branch[]; all: string[]; near: string[] } {
  const nodes = [...tree.divisions, ...tree.bodies];
  const byPath = new Map(nodes.map((node) => [node.org, { node, children: [] } as Branch]));
  const isWanted = (node: OrgNode) =>
    wanted === '' || node.name.includes(wanted) || (node.code !== '' && node.code.startsWith(wanted));
  const kept = new Set<string>();
  for (const node of nodes) {
    if (!isWanted(node)) continue;
    for (let path = node.org; path !== '/' && !kept.has(path); path = parentOf(path)) {
      if (byPath.has(path)) kept.add(path);
    }
  }
  const roots: Branch[] = [];
  const near: string[] = [];
  for (const [path, branch] of byPath) {
    if (!kept.has(path)) continue;
    const parent = byPath.get(parentOf(path));
    if (parent) parent.children.push(branch);
    else roots.push(branch);
    if (path.split('/').length - 2 <= NEAR_LEVELS) near.push(branch.node.id);
  }
  for (const branch of byPath.values()) branch.children.sort(byPlace);
  return {
    // What has no parent in reach is the exception: it stands at the end.
    roots: roots.sort((a, b) => -byKind(a, b) || byPlace(a, b)),
    all: [...byPath].filter(([path]) => kept.has(path)).map(([, branch]) => branch.node.id),
    near,
  };
}

const parentOf = (path: string) => path.replace(/[^/]+\/$/, '') || '/';

const byKind = (a: Branch, b: Branch) => Number(b.node.kind === 'body') - Number(a.node.kind === 'body');

const byPlace = (a: Branch, b: Branch) =>
  byKind(a, b) || a.node.code.localeCompare(b.node.code) || a.node.name.localeCompare(b.node.name, 'zh');
