import { inflateRawSync } from 'node:zlib';
import { serverEvents } from '../src/api/server-events';
import { t } from '../src/messages/text';
import { everything, type Foreign, foreignTo } from './world/foreign';
import type { Hand } from './world/hand';
import { routerPaths } from './world/pages';
import { type Operation, operations, TREATMENTS } from './world/routes';
import { expect, test } from './world/test';

const OPERATIONS = operations();
/** 县级监督、别的主体的各种人：各自可及的地方不同，够不着的各不相同。 */
const VIEWERS = ['county', 'lead', 'head', 'reviewer', 'clerk', 'street', 'social'];
/** 事件流追上日志，至多等多久。 */
const CAUGHT_UP_WITHIN = 90_000;

test('每条路由都写明拿别处的东西去问会怎样', () => {
  const known = Object.keys(TREATMENTS).sort();
  expect(OPERATIONS.map((it) => it.id).sort()).toEqual(known);
});

for (const login of VIEWERS) {
  test(`${login} 经接口看不到、动不了可及之外的案件`, async ({ hand }) => {
    const viewer = await hand(login);
    const far = await farFrom(viewer);
    const faults: string[] = [];
    let seen = '';
    for (const operation of OPERATIONS) {
      for (const asked of requests(operation, far)) {
        const answer = await asked.send(viewer);
        const text = answer.text;
        seen += operation.method === 'GET' ? text : '';
        const told = `${operation.method} ${asked.path} → ${answer.status}`;
        if (asked.mustRefuse && ![403, 404].includes(answer.status)) faults.push(told);
        if (answer.status >= 500 && answer.status !== 503) faults.push(told);
        for (const secret of far.secrets) {
          const isOut = TREATMENTS[operation.id]?.kind === 'published' && far.published.has(secret);
          // A problem repeats nothing of what was asked; a list may not even do that.
          if (!isOut && text.includes(secret)) faults.push(`${told}：有 ${secret}`);
        }
      }
    }
    const streamed = await stream(viewer);
    for (const secret of far.secrets) if (streamed.includes(secret)) faults.push(`事件流：有 ${secret}`);
    expect(faults).toEqual([]);
    // Whoever sees nothing at all proves nothing: what he may list of his own is there, and only then.
    const mayList = await lists(viewer);
    const own = [...far.own].some((id) => seen.includes(id));
    expect(own, '自己的看得到').toBe(mayList && far.own.size > 0);
    if (login === 'county') expect([...far.own].some((id) => streamed.includes(id))).toBe(true);
  });
}

/** 看得到案件、发现或公示的列表：社会监督员一类没有另外的许可的看不到。 */
async function lists(viewer: Hand): Promise<boolean> {
  const { session } = await viewer.get('/api/v1/sessions/current');
  return ['case.list', 'finding.list', 'disclosure.list'].some((one) => session.permissions.includes(one));
}

async function farFrom(viewer: Hand): Promise<Foreign> {
  const { session } = await viewer.get('/api/v1/sessions/current');
  const reach = session.grants.map((grant: { org: string }) => grant.org);
  return foreignTo(reach, await everything());
}

interface Asked {
  path: string;
  /** 必须答 403、404。 */
  mustRefuse: boolean;
  send: (viewer: Hand) => Promise<{ status: number; text: string }>;
}

/** 一条路由拿别处的东西来问的各种问法。 */
function requests(operation: Operation, far: Foreign): Asked[] {
  const treatment = TREATMENTS[operation.id];
  if (!treatment || treatment.kind === 'own' || treatment.kind === 'making') return [];
  if (operation.id === 'stream_changes') return [];
  const formats = FORMATS[operation.id];
  if (formats) return exports(operation, formats, far);
  const values = 'values' in treatment ? treatment.values?.(far) : undefined;
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values?.[name] ?? far.case),
  );
  if (operation.method === 'GET') {
    const mustRefuse = treatment.kind === 'hidden';
    const send = (path: string) => async (viewer: Hand) => {
      const answer = await viewer.ask(path);
      return { status: answer.status(), text: await answer.text() };
    };
    return queries(operation, far).map((query) => {
      const path = filled + query;
      return { path, mustRefuse, send: send(path) };
    });
  }
  const data = treatment.kind === 'hidden' ? treatment.data?.(far) : undefined;
  const send = async (viewer: Hand) => {
    const answer = await viewer.send(operation.method, filled, data, { 'If-Match': '"1"' });
    return { status: answer.status(), text: await answer.text() };
  };
  return [{ path: filled, mustRefuse: true, send }];
}

/** 各个条件的别处的值；必填的都写上。 */
function queries(operation: Operation, far: Foreign): string[] {
  const values: Record<string, string[]> = {
    q: [far.number, far.number.slice(0, 4)],
    body: [far.body],
    org: [far.org, '/'],
    account: [far.account],
    code: [far.rule],
    resource_id: [far.case],
    region: [far.org.split('/')[3] ?? ''],
    decision: [far.event],
    index: ['0'],
    from: ['1'],
    to: ['2'],
    by: ['body', 'code', 'severity'],
    with_ended: ['true'],
    is_open: ['true'],
    is_mine: ['true'],
    sort: ['filed_on'],
  };
  const needed: Record<string, string> = {
    get_finding_summary: 'by=body',
    get_finding_trend: 'unit=week',
    get_inclusion_proof: 'index=0',
    get_consistency_proof: 'from=1&to=2',
    get_case_disclosure_draft: `decision=${far.event}`,
  };
  const base = needed[operation.id] ?? '';
  const many = operation.queries.includes('limit') ? 'limit=200' : '';
  const asked = operation.queries.flatMap((name) =>
    (values[name] ?? []).map((value) => `${name}=${encodeURIComponent(value)}`),
  );
  return ['', ...asked].map((one) => {
    const name = one.split('=')[0];
    const kept = base.split('&').filter((it) => it && it.split('=')[0] !== name);
    const parts = [...kept, many, one].filter(Boolean);
    return parts.length > 0 ? `?${parts.join('&')}` : '';
  });
}

/** 导出的各种格式。 */
const FORMATS: Record<string, string[]> = {
  export_cases: ['jsonl', 'csv', 'xlsx'],
  export_findings: ['csv', 'xlsx'],
  export_matters: ['csv', 'xlsx'],
  export_over_cases: ['csv', 'xlsx'],
  export_complaints: ['csv', 'xlsx'],
};

/** 导出：各种格式、指着别处的条件。 */
function exports(operation: Operation, formats: string[], far: Foreign): Asked[] {
  const scopes = [{}, { body: far.body }, { org: far.org }];
  return formats.flatMap((format) =>
    scopes.map((scope) => ({
      path: `${operation.path} ${format} ${JSON.stringify(scope)}`,
      mustRefuse: false,
      send: async (viewer: Hand) => {
        const answer = await viewer.send('POST', operation.path, { format, ...scope });
        const bytes = await answer.body();
        const text = format === 'xlsx' && answer.ok() ? unpacked(bytes) : bytes.toString('utf8');
        return { status: answer.status(), text };
      },
    })),
  );
}

/** 工作簿是压缩的：各部分解开了再比。 */
function unpacked(book: Buffer): string {
  const parts: string[] = [];
  const end = book.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = book.readUInt32LE(end + 16);
  while (book.readUInt32LE(at) === 0x0201_4b50) {
    const size = book.readUInt32LE(at + 20);
    const local = book.readUInt32LE(at + 42);
    const start = local + 30 + book.readUInt16LE(local + 26) + book.readUInt16LE(local + 28);
    const bytes = book.subarray(start, start + size);
    parts.push((book.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes)).toString('utf8'));
    at += 46 + book.readUInt16LE(at + 28) + book.readUInt16LE(at + 30) + book.readUInt16LE(at + 32);
  }
  return parts.join('\n');
}

/** 从日志的头上收起，收到追上为止；没有许可的，得到的是拒绝。 */
async function stream(viewer: Hand): Promise<string> {
  const { cookies } = await viewer.context.storageState();
  const cookie = cookies.map((it) => `${it.name}=${it.value}`).join('; ');
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(new Error('事件流没有追上日志')), CAUGHT_UP_WITHIN);
  let text = '';
  try {
    const { origin } = viewer;
    const headers = { Cookie: cookie, 'Last-Event-ID': '0' };
    const answer = await fetch(`${origin}/api/v1/stream`, { headers, signal: stop.signal });
    if (!answer.ok || !answer.body) return await answer.text();
    for await (const event of serverEvents(answer.body)) {
      text += `${event.id} ${event.name} ${event.data}\n`;
      if (event.name === 'checkpoint') break;
    }
  } finally {
    clearTimeout(late);
    stop.abort();
  }
  return text;
}

/** 页面拿着别处的标识打开：看到的是没有、没有权限，或一件也没有的列表。 */
const PAGES: Record<string, ((far: Foreign) => string[]) | 'nothing of others in the address'> = {
  '/sign-in': 'nothing of others in the address',
  '/': 'nothing of others in the address',
  '/cases': (far) => [`/cases?body=${far.body}`, `/cases?q=${encodeURIComponent(far.number)}`],
  '/cases/$id': (far) =>
    [
      '',
      '?tab=duties',
      '?tab=findings',
      '?tab=papers',
      '?tab=people',
      '?tab=discretion',
      '?tab=proof',
      '?record=decided',
    ].map((rest) => `/cases/${far.case}${rest}`),
  '/matters': (far) => [`/matters?body=${far.body}`],
  '/matters/$id': (far) =>
    ['', '?tab=duties', '?record=sup_started'].map((rest) => `/matters/${far.case}${rest}`),
  '/complaints': (far) => [`/complaints?against=${far.body}`, `/complaints?body=${far.body}`],
  '/complaints/$id': (far) =>
    ['', '?tab=duties', '?record=cmp_ack'].map((rest) => `/complaints/${far.case}${rest}`),
  '/account': 'nothing of others in the address',
  '/desk': (far) => [`/desk?org=${encodeURIComponent(far.org)}`, `/desk?body=${far.body}`],
  '/findings': (far) => [`/findings?body=${far.body}`, `/findings?finding=${far.finding}`],
  '/over_cases': (far) => [`/over_cases?org=${encodeURIComponent(far.org)}`],
  '/intake': 'nothing of others in the address',
  '/intake/$id': (far) => [`/intake/${far.import}`],
  '/lawbook': 'nothing of others in the address',
  '/lawbook/rules/$code': 'nothing of others in the address',
  '/lawbook/procedures': 'nothing of others in the address',
  '/lawbook/procedures/$procedure': 'nothing of others in the address',
  '/lawbook/event-kinds': 'nothing of others in the address',
  '/lawbook/discretion': 'nothing of others in the address',
  '/lawbook/foresight': 'nothing of others in the address',
  '/lawbook/state': 'nothing of others in the address',
  '/registry': 'nothing of others in the address',
  '/registry/officers': (far) => [`/registry/officers?org=${encodeURIComponent(far.org)}`],
  '/registry/officers/$id': (far) => [`/registry/officers/${far.officer}`],
  '/registry/items': 'nothing of others in the address',
  '/registry/items/$id': 'nothing of others in the address',
  '/log': 'nothing of others in the address',
  '/wall': 'nothing of others in the address',
  '/admin/accounts': 'nothing of others in the address',
  '/admin/accounts/$id': (far) => [`/admin/accounts/${far.account}`],
  '/admin/delegations': 'nothing of others in the address',
  '/admin/audit': (far) => [`/admin/audit?resource_id=${far.case}`],
  '/admin/jobs': 'nothing of others in the address',
  '/$': 'nothing of others in the address',
};

/** 页面说没有、没有权限，或列不出一件。 */
const NOTHING = new RegExp(
  [t('page.not_found'), t('page.forbidden'), t('page.empty'), '没有发现。', t('registry.officers_none')].join(
    '|',
  ),
);

const REFUSED = new RegExp(`${t('page.not_found')}|${t('page.forbidden')}`);

test('路由表里的每一页都写明拿别处的标识打开会怎样', () => {
  expect(routerPaths().sort()).toEqual(Object.keys(PAGES).sort());
});

for (const login of ['county', 'lead']) {
  test(`${login} 拿别处的标识打开页面，看到的是没有或没有权限`, async ({ as, hand, watch }) => {
    watch.expected.add(403).add(404);
    const far = await farFrom(await hand(login));
    const page = await as(login);
    const faults: string[] = [];
    for (const [path, addresses] of Object.entries(PAGES)) {
      const isOne = path.includes('$');
      for (const address of typeof addresses === 'string' ? [] : addresses(far)) {
        await page.goto(`/workbench${address}`);
        const main = page.getByRole('main');
        const refused = page.getByText(NOTHING).first();
        await expect(refused, `${address} 应当说没有`).toBeVisible();
        if (isOne) await expect(main.getByText(REFUSED).first(), address).toBeVisible();
        await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
        const shown = await page.locator('body').innerHTML();
        for (const secret of far.secrets) {
          const isAsked = address.includes(encodeURIComponent(secret)) || address.includes(secret);
          if (!isAsked && shown.includes(secret)) faults.push(`${address}：有 ${secret}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });
}
