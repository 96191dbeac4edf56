import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, type Request } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { t } from '../../src/messages/text';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.0、2.1 的 A 与 AA；没有关掉任何一条。 */
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** 没有请求在路上多久，才算取完了：一个答复常引出下一个请求，迟到的部分等一会儿才画出来。 */
const QUIET_FOR = 200;

/** 看着一页的请求，知道它取完了没有；开着的事件流不算。 */
export class Quiet {
  private readonly busy = new Set<Request>();
  private changed = Date.now();

  constructor(private readonly page: Page) {
    page.on('request', (request) => {
      if (request.url().endsWith('/stream')) return;
      this.busy.add(request);
      this.changed = Date.now();
    });
    const done = (request: Request) => {
      if (this.busy.delete(request)) this.changed = Date.now();
    };
    page.on('requestfinished', done);
    page.on('requestfailed', done);
  }

  /** 等到取完、画完、不再动：有了题名，没有还在取的。 */
  async settle() {
    // Whatever was done just now may not have asked for anything yet.
    this.changed = Date.now();
    const isStill = async () =>
      this.busy.size === 0 &&
      Date.now() - this.changed >= QUIET_FOR &&
      (await this.page.getByRole('heading', { level: 1 }).count()) > 0 &&
      (await this.page.getByText(t('page.loading')).count()) === 0 &&
      (await this.page.evaluate(() => {
        const moving = document
          .getAnimations()
          .filter((it) => it.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
        // Between two frames of opening or closing nothing may run, but the library has marked what is on its way.
        const marked = document.querySelector('[class*="-appear-"], [class*="-enter-"], [class*="-leave-"]');
        return !marked && moving.every((it) => it.playState !== 'running');
      }));
    await expect.poll(isStill, { intervals: [50], timeout: 180_000 }).toBe(true);
  }
}

/** 一页现在的样子有哪些过不去的地方，一处一行；没有的是空的。 */
export async function barriers(page: Page, name: string): Promise<string[]> {
  // Not a script of the page: the policy of the page lets none in, the debugger does.
  await page.evaluate(AXE);
  const found: AxeResults = await page.evaluate(
    (values) =>
      // @ts-expect-error axe is in the page, not here
      window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }),
    STANDARDS,
  );
  return found.violations.flatMap((rule) =>
    rule.nodes.slice(0, 3).map((node) => {
      const why = [...node.any, ...node.all, ...node.none].map((it) => it.message).join('；');
      return `${name}｜${rule.id}（${rule.impact}）｜${node.target.join(' ')}｜${why}｜${node.html.slice(0, 160)}`;
    }),
  );
}
