import { useCallback, useSyncExternalStore } from 'react';

const watchers = new Set<() => void>();

/** 本机记着的东西：读不出的当作没有。 */
export function readStored<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** 记在本机；记不下（满了、不许）的返回 false。 */
export function writeStored(key: string, value: unknown): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return false;
  }
  for (const watcher of watchers) watcher();
  return true;
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  window.addEventListener('storage', watcher);
  return () => {
    watchers.delete(watcher);
    window.removeEventListener('storage', watcher);
  };
}

/** 本机记着的东西，变了就跟着变。 */
export function useStored<T>(key: string): [T | null, (value: T | null) => boolean] {
  const text = useSyncExternalStore(watch, () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  });
  const write = useCallback((value: T | null) => writeStored(key, value), [key]);
  let value: T | null = null;
  try {
    value = text === null ? null : (JSON.parse(text) as T);
  } catch {
    value = null;
  }
  return [value, write];
}
