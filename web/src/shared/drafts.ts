import { useCallback, useEffect, useRef } from 'react';
import { readStored, writeStored } from './stored';

/** 停下打字多久之后存草稿。 */
const SAVE_AFTER_MS = 500;

/** 草稿的位置：各账号、各案、各种事分开。 */
export function draftKey(account: string, subject: string, kind: string, instance?: string | null): string {
  return ['mingjing.draft', account, subject, kind, instance ?? ''].join('.');
}

export const readDraft = <T>(key: string): T | null => readStored<T>(key);

/** 存草稿的与删草稿的；离开页面时没有存的也存下。 */
export function useDraft<T>(key: string) {
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; value: T } | null>(null);
  const flush = useCallback(() => {
    if (!waiting.current) return;
    clearTimeout(waiting.current.timer);
    writeStored(key, waiting.current.value);
    waiting.current = null;
  }, [key]);
  useEffect(() => {
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [flush]);
  const save = useCallback(
    (value: T) => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = { value, timer: setTimeout(flush, SAVE_AFTER_MS) };
    },
    [flush],
  );
  const drop = useCallback(() => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    waiting.current = null;
    writeStored(key, null);
  }, [key]);
  return { save, drop };
}
