import type { components } from '@/api/schema';

export type Role = components['schemas']['Role'];
type RoleList = components['schemas']['RoleList'];

/** 可以授予的角色，分类列出。 */
export function optionsOf(list: Pick<RoleList, 'roles' | 'classes'> | undefined) {
  return (list?.classes ?? []).map((kind) => ({
    label: kind.name,
    options: (list?.roles ?? [])
      .filter((role) => role.class.code === kind.code)
      .map((role) => ({ value: role.code, label: role.name })),
  }));
}

/** 一个角色能做的，一种对象一句：“账号：列出、查看”。 */
export function mayLines(role: Role): { resource: string; actions: string }[] {
  const lines = new Map<string, string[]>();
  for (const one of role.may) {
    lines.set(one.resource.name, [...(lines.get(one.resource.name) ?? []), one.action.name]);
  }
  return [...lines].map(([resource, actions]) => ({ resource, actions: actions.join('、') }));
}
