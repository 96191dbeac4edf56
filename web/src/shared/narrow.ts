import { useSyncExternalStore } from 'react';

/** 一种宽度够不够：屏变了跟着变。 */
function widthBelow(condition: string): () => boolean {
  const watch = (onChange: () => void) => {
    const query = window.matchMedia(condition);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  };
  return () => useSyncExternalStore(watch, () => window.matchMedia(condition).matches);
}

/** 手机那么窄：表改作卡片，条件收起。样式里的同一宽度见 shared.css 的 `.as-cards`。 */
export const useIsNarrow = widthBelow('(max-width: 640px)');

/** 放不下旁栏：旁栏叠在正文之上，收起。样式里的同一宽度见 case.css 的 `.case`。 */
export const useIsStacked = widthBelow('(max-width: 1100px)');
