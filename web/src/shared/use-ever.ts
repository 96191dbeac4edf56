import { useState } from 'react';

/** 曾经是：按需取来的抽屉、对话框，打开过就留着，关上时焦点才回得去。 */
export function useEver(now: boolean): boolean {
  const [ever, setEver] = useState(now);
  if (now && !ever) setEver(true);
  return ever || now;
}
