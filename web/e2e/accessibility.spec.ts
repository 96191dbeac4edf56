import type { Locator, Page } from '@playwright/test';
import { type MessageKey, t } from '../src/messages/text';
import { barriers, Quiet } from './world/barriers';
import { Hand } from './world/hand';
import { portalPaths, routerPaths } from './world/pages';
import { expect, test } from './world/test';

/** 世界里用得着的标识。 */
interface Ids {
  case: string;
  event: string;
  finding: string;
  rule: string;
  duty: string;
  officer: string;
  item: string;
  account: string;
  import: string;
  decision: string;
  body: string;
  matter: string;
  complaint: string;
}

/** 停一处，看一看：哪一页，怎样打开里面的东西。 */
interface Stop {
  /** 路由表里的路径。 */
  page: string;
  /** 地址里路径之后的部分。 */
  query?: string;
  /** 打开的样子：抽屉、对话框、菜单、带错误的表单。 */
  state?: string;
  open?: (page: Page) => Promise<unknown>;
  /** 只在窄屏上有。 */
  isNarrow?: boolean;
}

const button = (page: Page, key: MessageKey) => page.getByRole('button', { name: t(key), exact: true });
const press = (key: MessageKey) => (page: Page) => button(page, key).first().click();

/** 不填就交：各项的错误都在。表单在页上，或在对话框、抽屉里；要先打开的写明按哪里。 */
const submitEmpty =
  (submit: MessageKey) =>
  async (page: Page, where: Locator = page.getByRole('main')) => {
    await where
      .getByRole('button', { name: t(submit), exact: true })
      .last()
      .click();
    await expect(page.locator('.ant-form-item-explain-error').first()).toBeVisible();
  };
const submitEmptyDialog = (open: MessageKey | null, submit: MessageKey) => async (page: Page) => {
  if (open) await press(open)(page);
  await submitEmpty(submit)(page, page.getByRole('dialog'));
};

/** 窄的屏上条件收起了：先打开。 */
async function unfoldFilters(page: Page) {
  const fold = page.locator('details:not([open]) > summary', { hasText: t('filter.open') });
  if (await fold.isVisible()) await fold.click();
}

/** 窄的屏上收起的一块：打开它。 */
const unfold = (key: MessageKey) => (page: Page) =>
  page.locator('details:not([open]) > summary', { hasText: t(key) }).click();

/** 地址里就写着打开的：等它出来。 */
const dialogOpens = (page: Page) => expect(page.getByRole('dialog').first()).toBeVisible();

const openSelect = (key: MessageKey) => async (page: Page) => {
  await unfoldFilters(page);
  await page
    .getByRole('combobox', { name: t(key) })
    .first()
    .click();
  await expect(page.locator('.ant-select-dropdown:visible').first()).toBeVisible();
};

/** 谁走哪些页（登录名，同一人走几份的另加名称）：一页至少有一个看得到它的人走过，打开的样子都打开。 */
const WALKS: Record<string, Stop[]> = {
  lead: [
    { page: '/' },
    { page: '/', state: '账号菜单', open: (page) => page.getByRole('button', { name: /账号菜单$/ }).click() },
    {
      page: '/',
      state: '菜单',
      open: (page) => button(page, 'shell.menu_open').click(),
      isNarrow: true,
    },
  ],
  'lead 案件列表': [
    { page: '/cases' },
    { page: '/cases', state: '选列', open: press('table.columns') },
    {
      page: '/cases',
      state: '存视图',
      open: async (page) => {
        await unfoldFilters(page);
        await press('filter.view_save')(page);
      },
    },
    { page: '/cases', state: '选条件', open: openSelect('cases.procedure') },
    {
      page: '/cases',
      state: '选日子',
      open: async (page) => {
        await unfoldFilters(page);
        await page.getByRole('textbox', { name: t('cases.filed_from') }).click();
        await expect(page.locator('.ant-picker-dropdown:visible')).toBeVisible();
      },
    },
    { page: '/cases', query: '?q=没有这样的案号', state: '空的' },
    { page: '/cases', state: '建立案件', open: press('create_case.title') },
    {
      page: '/cases',
      state: '建立案件，有错误',
      open: submitEmptyDialog('create_case.title', 'create_case.submit'),
    },
  ],
  'lead 自己的账号': [
    { page: '/account' },
    { page: '/account', state: '改口令，有错误', open: submitEmpty('account.password_change') },
    { page: '/admin/delegations' },
    { page: '/admin/delegations', state: '有错误', open: submitEmpty('admin.delegate') },
    { page: '/admin/audit', state: '没有权限' },
    { page: '/$', state: '没有' },
  ],
  'lead 案件页': [
    { page: '/cases/$id' },
    { page: '/cases/$id', state: '展开接下来', open: unfold('case.next'), isNarrow: true },
    { page: '/cases/$id', query: '?tab=duties&duty={duty}', state: '义务与推算' },
    { page: '/cases/$id', query: '?tab=findings&finding={finding}', state: '发现' },
    { page: '/cases/$id', query: '?tab=findings', state: '为什么', open: press('case.why') },
    { page: '/cases/$id', query: '?tab=papers', state: '文书' },
    { page: '/cases/$id', query: '?tab=people', state: '人员' },
    { page: '/cases/$id', query: '?tab=people', state: '查看个人信息', open: press('case.reveal') },
    { page: '/cases/$id', query: '?tab=score', state: '评分' },
    { page: '/cases/$id', query: '?tab=discretion&item=food_without_licence', state: '裁量' },
    { page: '/cases/$id', query: '?tab=disclosure', state: '公示' },
    { page: '/cases/$id', query: '?tab=proof', state: '存证' },
    { page: '/cases/$id', query: '?tab=proof', state: '取案卷包', open: press('case.bundle') },
  ],
  'lead 案件页的表单': [
    { page: '/cases/$id', query: '?record=clue_registered', state: '记一件事', open: dialogOpens },
    {
      page: '/cases/$id',
      query: '?record=clue_registered',
      state: '记一件事，有错误',
      open: submitEmptyDialog(null, 'record.submit'),
    },
    { page: '/cases/$id', query: '?record=served', state: '记送达', open: dialogOpens },
    { page: '/cases/$id', query: '?correct={event}', state: '更正的理由', open: dialogOpens },
    {
      page: '/cases/$id',
      query: '?correct={event}',
      state: '更正',
      open: async (page) => {
        await page.getByRole('dialog').getByLabel(t('reason.label')).fill('核对');
        await page.getByRole('dialog').getByRole('button', { name: /^确/ }).click();
        await expect(page.getByText(t('correct.kept'))).toBeVisible();
      },
    },
  ],
  county: [
    { page: '/matters' },
    { page: '/matters', query: '?q=没有这样的编号', state: '空的' },
    { page: '/matters/$id' },
    { page: '/matters/$id', state: '展开接下来', open: unfold('case.next'), isNarrow: true },
    { page: '/matters/$id', query: '?tab=duties', state: '期限' },
    { page: '/complaints' },
    { page: '/complaints', query: '?q=没有这样的编号', state: '空的' },
    { page: '/complaints/$id' },
    { page: '/complaints/$id', query: '?tab=duties', state: '期限' },
    { page: '/desk' },
    { page: '/desk', query: '?body={body}', state: '一个主体' },
    { page: '/findings' },
    { page: '/findings', query: '?finding={finding}', state: '一个发现' },
    {
      page: '/findings',
      query: '?finding={finding}',
      state: '立为监督事项',
      open: press('open_matter.title'),
    },
    { page: '/findings', state: '选程度', open: openSelect('desk.severity') },
    { page: '/over_cases' },
    { page: '/wall' },
    { page: '/registry' },
    { page: '/registry/officers' },
    { page: '/registry/officers/$id' },
    { page: '/registry/items' },
    { page: '/registry/items/$id' },
    { page: '/log' },
    { page: '/log', query: '?entry=0', state: '查一条' },
    { page: '/lawbook' },
    { page: '/lawbook/rules/$code' },
    { page: '/lawbook/procedures' },
    { page: '/lawbook/procedures/$procedure' },
    {
      page: '/lawbook/procedures/$procedure',
      state: '展开状态图',
      open: unfold('lawbook.picture'),
      isNarrow: true,
    },
    { page: '/lawbook/event-kinds' },
    { page: '/lawbook/discretion' },
    {
      page: '/lawbook/discretion',
      query: '?item=food_without_licence',
      state: '算过的',
      open: press('discretion.reckon'),
    },
  ],
  clerk: [
    { page: '/registry/officers', state: '登记人员', open: press('registry_new.officer') },
    {
      page: '/registry/officers',
      state: '登记人员，有错误',
      open: submitEmptyDialog('registry_new.officer', 'registry.register'),
    },
    { page: '/registry/officers/$id', state: '查看身份', open: press('registry.reveal') },
    { page: '/registry/items', state: '登记事项', open: press('registry_new.item') },
  ],
  importer: [
    { page: '/intake' },
    { page: '/intake', state: '有错误', open: submitEmpty('intake.try') },
    { page: '/intake/$id' },
  ],
  system: [
    { page: '/admin/accounts' },
    { page: '/admin/accounts', state: '新建账号', open: press('admin.create') },
    {
      page: '/admin/accounts',
      state: '新建账号，有错误',
      open: submitEmptyDialog('admin.create', 'admin.create'),
    },
    { page: '/admin/accounts/$id' },
    { page: '/admin/jobs' },
    { page: '/lawbook/state' },
  ],
  security: [
    { page: '/admin/accounts/$id' },
    { page: '/admin/accounts/$id', state: '重置口令', open: press('measure.reset_password') },
    { page: '/admin/accounts/$id', state: '授予，有错误', open: submitEmpty('admin.grant') },
  ],
  jurist: [
    { page: '/lawbook/foresight' },
    { page: '/lawbook/foresight', query: '?candidate=从重', state: '一部候选的法典' },
    { page: '/lawbook/foresight', query: '?candidate=写坏的', state: '不能用的' },
  ],
  audit: [{ page: '/admin/audit' }],
};

/** 没有登录的人走的。 */
const OUTSIDE: Stop[] = [
  { page: '/sign-in' },
  { page: '/sign-in', state: '有错误', open: submitEmpty('sign_in.submit') },
];

/** 门户的各页；给程序用的几个不是页。 */
const PORTAL: Record<string, string[]> = {
  '/': [''],
  '/decisions': ['', '?q=餐饮', '?q=没有这样的文字', '?q=一&from=2026-99-99'],
  '/decisions/{id}': [''],
  '/decisions/{id}/file': [],
  '/rules': ['', '?q=九十日'],
  '/rules/{code}': [''],
  '/bodies': [''],
  '/bodies/{id}': [''],
  '/items': [''],
  '/officers': ['', '?number=没有这样的证号', '?card=没有这样的条件'],
  '/complaints': [''],
  '/complaints/progress': [''],
  '/complaints/rating': [],
  '/log': [''],
  '/log/key.pem': [],
  '/log/checkpoint.txt': [],
  '/about': [''],
  '/accessibility': [''],
  '/sitemap.xml': [],
  '/robots.txt': [],
  '/portal.css': [],
  '/favicon.svg': [],
};

test('路由表里的每一页都有人走过', () => {
  const walked = [...OUTSIDE, ...Object.values(WALKS).flat()].map((stop) => stop.page);
  expect(routerPaths().filter((path) => !walked.includes(path))).toEqual([]);
  expect(portalPaths().sort()).toEqual(Object.keys(PORTAL).sort());
});

let known: Promise<Ids> | undefined;

/** 一个进程里只找一遍。 */
function ids(): Promise<Ids> {
  known ??= find();
  return known;
}

async function find(): Promise<Ids> {
  const hands = await Promise.all(['lead', 'county', 'security', 'importer'].map((it) => Hand.of(it)));
  const [lead, county, security, importer] = hands as [Hand, Hand, Hand, Hand];
  const findings = await lead.all('/api/v1/findings', 'findings');
  const duties = await lead.all('/api/v1/duties?state=met', 'duties');
  const finding = findings.find((it) => duties.some((duty) => duty.case === it.case)) ?? findings[0];
  const first = async (by: Hand, name: string, query = '') =>
    (await by.get(`/api/v1/${name}?limit=1${query}`))[name][0].id;
  const events = await lead.all(`/api/v1/cases/${finding.case}/events`, 'events');
  const found = {
    case: finding.case,
    event: events.find((it) => it.kind === 'case_filed')?.id ?? events[0].id,
    finding: finding.id,
    rule: finding.rule.code,
    body: finding.body,
    duty: duties.find((it) => it.case === finding.case).id,
    officer: await first(lead, 'officers'),
    item: await first(county, 'items'),
    account: (await security.all('/api/v1/accounts?q=unit', 'accounts'))[0].id,
    import: await first(importer, 'imports'),
    decision: await first(county, 'public_records'),
    matter: await matterOf(county, finding.body),
    complaint: await complaintOf(county, finding.body),
  };
  for (const one of hands) await one.close();
  return found;
}

/** 一件监督事项；世界里没有的，立一件。 */
async function matterOf(county: Hand, body: string): Promise<string> {
  const { matters } = await county.get('/api/v1/matters?limit=1');
  if (matters.length > 0) return matters[0].id;
  const asked = { body, source: 'complaint', problem: '反映案件久拖不决' };
  return (await county.do('/api/v1/matters', asked)).matter.id;
}

/** 一件投诉；世界里没有的，登记一件。 */
async function complaintOf(county: Hand, body: string): Promise<string> {
  const { complaints } = await county.get('/api/v1/complaints?limit=1');
  if (complaints.length > 0) return complaints[0].id;
  const said = { kind: 'enforcement', channel: 'telephone', against_body: body, content: '反映多次上门检查' };
  return (await county.do('/api/v1/complaints', said)).complaint.id;
}

const ID_OF: Record<string, keyof Ids> = {
  '/cases/$id': 'case',
  '/matters/$id': 'matter',
  '/complaints/$id': 'complaint',
  '/registry/officers/$id': 'officer',
  '/registry/items/$id': 'item',
  '/intake/$id': 'import',
  '/admin/accounts/$id': 'account',
};

function address(stop: Stop, known: Ids): string {
  const path = (stop.page === '/$' ? '/没有这一页' : stop.page)
    .replace('$id', known[ID_OF[stop.page] ?? 'case'])
    .replace('$code', known.rule)
    .replace('$procedure', 'ordinary_penalty');
  const query = (stop.query ?? '').replace(/\{(\w+)\}/g, (_, name: keyof Ids) => known[name]);
  return `/workbench${path}${query}`;
}

async function walk(page: Page, stops: Stop[], known: Ids): Promise<string[]> {
  const isNarrow = (page.viewportSize()?.width ?? 0) < 600;
  const quiet = new Quiet(page);
  const faults: string[] = [];
  let isAsLoaded = false;
  for (const stop of stops.filter((it) => isNarrow || !it.isNarrow)) {
    const name = [stop.page, stop.state].filter(Boolean).join(' ');
    await test.step(name, async () => {
      const to = address(stop, known);
      // From a page on which nothing was opened, on as by a link; else afresh.
      if (isAsLoaded) await page.evaluate((url) => window.history.pushState(null, '', url), to);
      else await page.goto(to);
      isAsLoaded = !stop.open;
      await quiet.settle();
      if (stop.open) {
        await stop.open(page);
        await quiet.settle();
      }
      faults.push(...(await barriers(page, name)));
    });
  }
  return faults;
}

for (const [who, stops] of Object.entries(WALKS)) {
  const [login = ''] = who.split(' ');
  test(`${who} 走过的各页没有过不去的地方`, async ({ as, watch }) => {
    // A page that this account may not see, and an address that is none, are states too.
    watch.expected.add(403).add(404);
    expect(await walk(await as(login), stops, await ids())).toEqual([]);
  });
}

test('登录页没有过不去的地方', async ({ page, watch }) => {
  watch.expected.add(401);
  expect(await walk(page, OUTSIDE, await ids())).toEqual([]);
});

test('门户的各页没有过不去的地方', async ({ page, watch }) => {
  watch.expected.add(404).add(422);
  const known = await ids();
  const faults: string[] = [];
  const addresses = Object.entries(PORTAL).flatMap(([path, queries]) =>
    queries.map((query) => {
      const id = path.startsWith('/bodies') ? known.body : known.decision;
      return path.replace('{id}', id).replace('{code}', known.rule) + query;
    }),
  );
  for (const path of [...addresses, '/没有这一页']) {
    await page.goto(path);
    faults.push(...(await barriers(page, path)));
  }
  expect(faults).toEqual([]);
});
