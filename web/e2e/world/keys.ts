import { expect, type Locator, type Page } from '@playwright/test';

/** 一页上按 Tab 至多这么多次：再多就是走不到。 */
const TABS_MAX = 250;

/** 只用键盘的人：没有鼠标，走到哪里看得见走到了哪里。 */
export class Keys {
  private constructor(readonly page: Page) {}

  static async at(page: Page): Promise<Keys> {
    await page.addInitScript(() => {
      const pressed = { count: 0 };
      Object.assign(window, { pressedByPointer: pressed });
      // A key makes a click too; a pointer makes this.
      window.addEventListener('pointerdown', () => {
        pressed.count += 1;
      });
    });
    return new Keys(page);
  }

  /** 用 Tab 走到一处；每一步都看得见焦点。 */
  async to(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
    await expect(target).toBeVisible();
    const isThere = () => target.evaluate((element) => element === document.activeElement).catch(() => false);
    for (let n = 0; n < TABS_MAX; n += 1) {
      if (await isThere()) return this.seen();
      await this.page.keyboard.press(key);
      await this.seen();
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

  /** 焦点所在的样子与没有焦点时不同：自己或包着它的有轮廓、阴影或边框的颜色。 */
  private async seen() {
    const fault = await this.page.evaluate(() => {
      const at = document.activeElement;
      // The document itself: between the last and the first place of a page.
      if (!at || at === document.body) return null;
      // A heading or a region that takes focus only by program shows where reading goes on, not what can be done.
      if (at instanceof HTMLElement && at.tabIndex < 0) return null;
      const box = at.getBoundingClientRect();
      if (box.width === 0 && box.height === 0) return null;
      for (let node: Element | null = at, up = 0; node && up < 4; node = node.parentElement, up += 1) {
        const style = getComputedStyle(node);
        const hasOutline = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
        if (hasOutline || style.boxShadow !== 'none') return null;
        if (node.matches('[class*=-focused], [class*=-focus], :has(> :focus-visible[type])')) return null;
      }
      return `${at.outerHTML.slice(0, 200)}（${location.pathname}）`;
    });
    expect(fault, '焦点看不见').toBeNull();
  }

  /** 从头到尾没有碰过鼠标。 */
  async noPointer() {
    const count = await this.page.evaluate(
      () => (window as unknown as { pressedByPointer: { count: number } }).pressedByPointer.count,
    );
    expect(count, '用了鼠标').toBe(0);
  }
}
