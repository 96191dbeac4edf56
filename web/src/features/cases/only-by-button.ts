import type { KeyboardEvent } from 'react';

/**
 * 一格里按回车不提交；按 Ctrl+回车、按钮才提交。
 *
 * What is recorded cannot be taken back, and a form half filled in is soon sent by a habit of the hand.
 */
export function onlyByButton(event: KeyboardEvent<HTMLFormElement>) {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  if (event.ctrlKey) event.currentTarget.requestSubmit();
}
