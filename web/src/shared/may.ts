import type { Session } from '@/api/types';

/** 一项许可：`对象.动作`，接口在会话里列出。 */
export type Permission = `${string}.${string}`;

/** 登录的人可不可以：只用来决定给不给看入口，能不能做由接口说。列出几项的，有一项就可以。 */
export function may(session: Session, permission: Permission | readonly Permission[] | undefined): boolean {
  if (permission === undefined) return true;
  const any = typeof permission === 'string' ? [permission] : permission;
  return any.some((one) => session.permissions.includes(one));
}
