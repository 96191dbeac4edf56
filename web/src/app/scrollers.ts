import { useEffect } from 'react';

/** 组件库自己造的、会拖的框：表横着，抽屉竖着。 */
const BOXES = '.ant-table-body, .ant-table-content, .ant-drawer-body';

/**
 * 拖得动的表与抽屉用键盘也到得了：到了那里，方向键拖动。
 *
 * The component library makes the box, and leaves out that it can be reached; nothing that it takes would add it.
 */
export function useReachableScrollers() {
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      for (const box of document.querySelectorAll<HTMLElement>(BOXES)) mark(box);
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    const changes = new MutationObserver(soon);
    changes.observe(document.body, { childList: true, subtree: true });
    window.addEventListener('resize', soon);
    return () => {
      changes.disconnect();
      window.removeEventListener('resize', soon);
      cancelAnimationFrame(frame);
    };
  }, []);
}

function mark(box: HTMLElement) {
  const isDrawer = box.matches('.ant-drawer-body');
  const scrolls = isDrawer ? box.scrollHeight > box.clientHeight : box.scrollWidth > box.clientWidth;
  if (!scrolls) {
    for (const name of ['tabindex', 'role', 'aria-label']) box.removeAttribute(name);
    return;
  }
  const name = isDrawer
    ? box.closest('.ant-drawer')?.querySelector('.ant-drawer-title')?.textContent
    : box.closest('.ant-table-wrapper')?.querySelector('table[aria-label]')?.getAttribute('aria-label');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', name ?? '');
}
