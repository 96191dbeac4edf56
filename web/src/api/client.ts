import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './schema';

const READS = new Set(['GET', 'HEAD']);

let csrfToken: string | null = null;
let onSignedOut: () => void = () => {};

/** 登录、读会话时给出的防伪令牌，写入时带上。 */
export function holdCsrfToken(token: string | null) {
  csrfToken = token;
}

/** 会话没有了（过期、被下线）时做什么。 */
export function whenSignedOut(act: () => void) {
  onSignedOut = act;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (!READS.has(request.method) && csrfToken) {
      request.headers.set('X-CSRF-Token', csrfToken);
    }
    return request;
  },
  onResponse({ request, response }) {
    // Signing in answers 401 too, to a wrong password: that is no lost session.
    if (response.status === 401 && !request.url.includes('/sessions')) {
      onSignedOut();
    }
    return response;
  },
};

/** 接口：地址、参数、答复的类型都出自接口文档。 */
export const api = createClient<paths>({
  baseUrl: location.origin,
  // Looked up at each call, so that a test may put its own in place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(guard);

/** 幂等键：一次填写一个，重发不变。 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const ifMatch = (version: number) => `"${version}"`;
