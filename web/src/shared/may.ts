import type { Session } from '@/api/types';

/** 一项许可：`对象.动作`，接口在会话里列出。 */
export type Permission = `${string}.${string}`;

/** 登录的人可不可以：只用来决定给不给看入口，能不能做由接口说。 */
export function may(session: Session, permission: Permission | undefined): boolean {
  return permission === undefined || session.permissions.includes(permission);
}
