import { type APIRequestContext, type APIResponse, request } from '@playwright/test';
import { theWorld } from './world';

/** 接口答的一份；各测试自己知道里面有什么。 */
// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into, not modelled again
export type Answer = any;

/** 一个登录了的人经接口做事：布置场面，不看页面。 */
export class Hand {
  private constructor(
    readonly login: string,
    readonly context: APIRequestContext,
    readonly origin: string,
    private readonly csrf: string,
  ) {}

  static async of(login: string): Promise<Hand> {
    const { origin, sessions } = theWorld();
    const session = sessions[login];
    if (!session) throw new Error(`世界里没有账号 ${login}`);
    const context = await request.newContext({ baseURL: origin, storageState: session.state });
    return new Hand(login, context, origin, session.csrf);
  }

  ask(path: string, headers: Record<string, string> = {}): Promise<APIResponse> {
    return this.context.get(path, { headers, maxRedirects: 0 });
  }

  /** 取一份，一定取得到。 */
  async get(path: string): Promise<Answer> {
    const answer = await this.ask(path);
    if (!answer.ok()) throw new Error(`${this.login} GET ${path}：${await answer.text()}`);
    return answer.json();
  }

  /** 一个列表的全部：翻到没有下一页为止。 */
  async all(path: string, name: string): Promise<Answer[]> {
    const found: Answer[] = [];
    const joint = path.includes('?') ? '&' : '?';
    let next: string | null = null;
    do {
      const cursor: string = next ? `&cursor=${encodeURIComponent(next)}` : '';
      const page = await this.get(`${path}${joint}limit=200${cursor}`);
      found.push(...page[name]);
      next = page.meta?.next ?? null;
    } while (next);
    return found;
  }

  send(
    method: string,
    path: string,
    data?: unknown,
    headers: Record<string, string> = {},
  ): Promise<APIResponse> {
    return this.context.fetch(path, {
      method,
      headers: { 'X-CSRF-Token': this.csrf, 'Idempotency-Key': crypto.randomUUID(), ...headers },
      ...(data === undefined ? {} : { data }),
    });
  }

  /** 做一件事，一定做得成；案件的版本由它自己取。 */
  async do(path: string, data: unknown, onCase?: string): Promise<Answer> {
    const version = onCase ? (await this.ask(`/api/v1/cases/${onCase}`)).headers().etag : undefined;
    const headers: Record<string, string> = version ? { 'If-Match': version } : {};
    const answer = await this.send('POST', path, data, headers);
    if (!answer.ok()) throw new Error(`${this.login} POST ${path}：${await answer.text()}`);
    return answer.json();
  }

  /** 记一件事；新带来的发现看过了，仍要记。 */
  async record(onCase: string, event: Answer): Promise<Answer> {
    return this.insist(`/api/v1/cases/${onCase}/events`, event, onCase);
  }

  /** 拦下来要确认的，逐条确认。 */
  async insist(path: string, data: Answer, onCase: string): Promise<Answer> {
    const version = (await this.ask(`/api/v1/cases/${onCase}`)).headers().etag ?? '';
    const first = await this.send('POST', path, data, { 'If-Match': version });
    if (first.ok()) return first.json();
    const problem = await first.json();
    if (problem.code !== 'decision-blocked') throw new Error(`${path}：${JSON.stringify(problem)}`);
    const confirm = problem.findings.map((finding: Answer) => finding.id);
    const again = await this.send('POST', path, { ...data, confirm }, { 'If-Match': version });
    if (!again.ok()) throw new Error(`${path}：${await again.text()}`);
    return again.json();
  }

  async close() {
    await this.context.dispose();
  }
}
