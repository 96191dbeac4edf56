import { t, tOf } from '@/messages/text';

/** 演示世界的日志名称里有这一节：时刻由演示给出，不是真的。 */
const INJECTED_CLOCK = 'injected-clock';

/** 算法套件的名称；没有登记的照写代号。 */
export const suiteText = (suite: string) => tOf('suite', suite) ?? suite;

/** 日志的名称：照签在检查点里的写；演示的说明时刻不是真的。 */
export function originText(origin: string): string {
  return origin.split('.').includes(INJECTED_CLOCK) ? t('log_origin.demo', { origin }) : origin;
}
