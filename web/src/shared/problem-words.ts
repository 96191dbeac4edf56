import type { Problem } from '@/api/problem';
import { tOf } from '@/messages/text';

/** 怎么办：接口的话写给程序（请求头、字段名）的几种，换成给人的话；其余照接口的。 */
export function problemDetail(problem: Problem): string | undefined {
  return tOf('problem', problem.code.replaceAll('-', '_')) ?? problem.body?.detail ?? undefined;
}
