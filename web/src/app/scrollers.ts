import { useEffect } from 'react';

/** 组件库的表自己造的、会横着拖的框。 */
const BOXES = '.ant-table-body, .ant-table-content';

/**
 * 横着拖得动的表用键盘也到得了：到了那里，左右键拖动。
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
  if (box.scrollWidth > box.clientWidth) {
    const table = box.closest('.ant-table-wrapper')?.querySelector('[aria-label]');
    box.tabIndex = 0;
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', table?.getAttribute('aria-label') ?? '');
  } else {
    for (const name of ['tabindex', 'role', 'aria-label']) box.removeAttribute(name);
  }
}
