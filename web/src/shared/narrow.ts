import { useSyncExternalStore } from 'react';

/** 手机那么窄：表改作卡片，条件收起。样式里的同一宽度见 shared.css 的 `.as-cards`。 */
const NARROW = '(max-width: 640px)';

const watch = (onChange: () => void) => {
  const query = window.matchMedia(NARROW);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
};

export const useIsNarrow = () => useSyncExternalStore(watch, () => window.matchMedia(NARROW).matches);
