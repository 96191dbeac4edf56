import { Tooltip } from 'antd';
import type { ReactNode } from 'react';

/** 不能按的按钮说出为什么；说明也在键盘够得着的地方。 */
export function Because(props: { why: string | null; children: (disabled: boolean) => ReactNode }) {
  if (!props.why) return props.children(false);
  return (
    <Tooltip title={props.why}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a disabled button takes no focus, its reason must */}
      <span tabIndex={0} role="note" aria-label={props.why}>
        {props.children(true)}
      </span>
    </Tooltip>
  );
}
