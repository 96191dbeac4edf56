import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { Hand } from './hand';
import { theWorld, type World } from './world';

/** 看着一个浏览器：出了源的请求、违反内容安全策略、控制台的报错、页面里没有人接的错误，都记下。 */
export class Watch {
  readonly faults: string[] = [];
  /** 本来就会有的：到别人的东西前面，接口答 403、404；测试自己掐断的，是网络的错误。 */
  readonly expected = new Set<number | `net::${string}`>();

  constructor(private readonly origin: string) {}

  over(context: BrowserContext) {
    const { origin } = this;
    context.on('request', (request) => {
      const url = request.url();
      const isOwn = url.startsWith(`${origin}/`) || url.startsWith('data:') || url.startsWith('blob:');
      if (!isOwn) this.faults.push(`请求出了源：${url}`);
    });
    context.on('response', async (response) => {
      if (response.request().resourceType() !== 'document') return;
      const policy = (await response.allHeaders())['content-security-policy'] ?? '';
      const fault = looseness(policy);
      if (fault) this.faults.push(`${response.url()}：${fault}`);
    });
    context.on('console', (message) => {
      if (message.type() !== 'error') return;
      const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1];
      const cut = /net::\w+/.exec(message.text())?.[0] as `net::${string}` | undefined;
      if (status && this.expected.has(Number(status))) return;
      if (cut && this.expected.has(cut)) return;
      this.faults.push(`控制台：${message.text()}（${message.location().url}）`);
    });
    context.on('weberror', (error) => {
      this.faults.push(`页面的错误：${error.error().message}`);
    });
  }
}

/** 内容安全策略松在哪里；够严的答 null。 */
function looseness(policy: string): string | null {
  const directives = new Map(
    policy.split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name, values.join(' ')] as const;
    }),
  );
  if (!directives.has('default-src')) return '没有 default-src';
  const scripts = directives.get('script-src') ?? directives.get('default-src') ?? '';
  if (/unsafe-inline|unsafe-eval|https?:|\*/.test(scripts)) return `脚本放得太宽：${scripts}`;
  const elements =
    directives.get('style-src-elem') ?? directives.get('style-src') ?? directives.get('default-src') ?? '';
  if (/unsafe-inline|https?:|\*/.test(elements)) return `样式放得太宽：${elements}`;
  return null;
}

interface Given {
  world: World;
  watch: Watch;
  /** 一个人登录了的页，各人各开各的浏览器。 */
  as: (login: string) => Promise<Page>;
  /** 一个人经接口做事。 */
  hand: (login: string) => Promise<Hand>;
}

export const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of what is asked for from the pattern
  world: async ({}, use) => use(theWorld()),
  baseURL: async ({ world }, use) => use(world.origin),
  watch: async ({ context, world }, use) => {
    const watch = new Watch(world.origin);
    watch.over(context);
    await use(watch);
    expect(watch.faults, '出源、策略、控制台').toEqual([]);
  },
  as: async ({ browser, watch, world }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (login) => {
      const storageState = world.sessions[login]?.state;
      if (!storageState) throw new Error(`世界里没有账号 ${login}`);
      const context = await browser.newContext({ baseURL: world.origin, storageState });
      opened.push(context);
      watch.over(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  hand: async ({}, use) => {
    const hands: Hand[] = [];
    await use(async (login) => {
      const hand = await Hand.of(login);
      hands.push(hand);
      return hand;
    });
    for (const hand of hands) await hand.close();
  },
});

export { expect };
