import { expect, type Locator, type Page } from '@playwright/test';

/** 一页上按 Tab 至多这么多次：再多就是走不到。 */
const TABS_MAX = 250;

/** 只用键盘的人：没有鼠标，走到哪里看得见走到了哪里。 */
export class Keys {
  private constructor(readonly page: Page) {}

  static async at(page: Page): Promise<Keys> {
    await page.addInitScript(watchFocus);
    return new Keys(page);
  }

  /** 用 Tab 走到一处；每一步都看得见焦点。 */
  async to(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
    await expect(target).toBeVisible();
    // One question for each key: what was left shows the focus no longer, and is this the place.
    const look = () =>
      target.evaluate(async (element) => {
        const fault = await window.focusSeen.left();
        return { fault, isThere: element === document.activeElement };
      });
    for (let n = 0; n < TABS_MAX; n += 1) {
      const { fault, isThere } = await look();
      expect(fault, '焦点看不见').toBeNull();
      if (isThere) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`按了 ${TABS_MAX} 次 ${key} 也走不到 ${target}`);
  }

  /** 走到一处，按回车。 */
  async open(target: Locator, key: 'Enter' | 'Space' = 'Enter') {
    await this.to(target);
    await this.page.keyboard.press(key);
  }

  /** 走到一格，填上。 */
  async write(target: Locator, text: string) {
    await this.to(target);
    await this.page.keyboard.insertText(text);
  }

  /** 走到一个下拉，打几个字，选中。 */
  async choose(target: Locator, text: string) {
    await this.write(target, text);
    await expect(
      this.page.locator('.ant-select-dropdown:visible .ant-select-item-option').first(),
    ).toContainText(text);
    await this.page.keyboard.press('Enter');
  }

  /** 从头到尾没有碰过鼠标。 */
  async noPointer() {
    expect(await this.page.evaluate(() => window.focusSeen.pointers), '用了鼠标').toBe(0);
  }
}

interface FocusSeen {
  pointers: number;
  /** 按键离开的那一处，有焦点时与没有焦点时的样子不同，才算看得见；看不见的答它是什么。 */
  left: () => Promise<string | null>;
}

declare global {
  interface Window {
    focusSeen: FocusSeen;
  }
}

/** 在页面里：记下有焦点时的样子，离开之后再比。 */
function watchFocus() {
  const LOST_WITHIN = 3_000;
  const SHOWN = [
    'outline',
    'boxShadow',
    'borderColor',
    'backgroundColor',
    'color',
    'textDecoration',
    'stroke',
    'transform',
    'top',
  ] as const;
  /** Itself and what wraps it, frames within frames: a field of the component library shows the focus on its frame. */
  const look = (element: Element) => {
    const all: string[] = [];
    // What is on its way is taken as arrived.
    for (const moving of document.getAnimations()) {
      if (moving instanceof CSSTransition) moving.finish();
    }
    let node: Element | null = element;
    for (let up = 0; node && up < 6; up += 1) {
      const style = getComputedStyle(node);
      all.push(...SHOWN.map((name) => style[name]));
      node = node.parentElement;
    }
    for (const inner of element.querySelectorAll('rect')) all.push(getComputedStyle(inner).stroke);
    return all.join('|');
  };
  let at: Element | null = null;
  let had = '';
  window.focusSeen = {
    pointers: 0,
    left: async () => {
      const was = at;
      at = null;
      // From a field to its own button for clearing: the frame around both goes on showing it.
      const frame = was?.closest('.ant-select, .ant-picker, .ant-input-affix-wrapper');
      if (frame?.contains(document.activeElement)) return null;
      const end = performance.now() + LOST_WITHIN;
      // Some parts of the library take the frame away a moment after the focus has gone.
      while (was?.isConnected && was !== document.activeElement && look(was) === had) {
        if (performance.now() > end) return was.outerHTML.slice(0, 240);
        await new Promise(requestAnimationFrame);
      }
      return null;
    },
  };
  // Before the page hears of the key: what has the focus now is what will be left.
  window.addEventListener(
    'keydown',
    (event) => {
      const now = document.activeElement;
      // The document itself, and a place that takes the focus only by program: where reading goes on.
      const isPlace = now instanceof HTMLElement || now instanceof SVGElement;
      at = event.key === 'Tab' && isPlace && now !== document.body && now.tabIndex >= 0 ? now : null;
      if (at) had = look(at);
    },
    true,
  );
  // A key makes a click too; a pointer makes this.
  window.addEventListener('pointerdown', () => {
    window.focusSeen.pointers += 1;
  });
}
