import type { Locator } from '@playwright/test';
import { t } from '../src/messages/text';
import { choose } from './world/select';
import { expect, test } from './world/test';

const PROCEDURE = 'ordinary_penalty';
const BODY = '钟山区市场监督管理局（演示）';
const CLUE = '线索登记';

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
const numberOf = (index: number) => `钟山市监案〔2026〕${index}${Date.now() % 1_000_000}号`;

async function fillDate(field: Locator, day: string) {
  await field.fill(day);
  await field.press('Enter');
}

test('建立一案、记第一件事、更正它，都在页面上做；原来的一条仍在', async ({ as, hand }, about) => {
  const number = numberOf(about.workerIndex);
  const lead = await hand('lead');
  const { procedures } = await lead.get('/api/v1/procedures');
  const procedure = procedures.find((it: { procedure: string }) => it.procedure === PROCEDURE).name;
  const page = await as('lead');

  await page.goto('/workbench/cases');
  await page.getByRole('button', { name: t('create_case.title') }).click();
  const making = page.getByRole('dialog', { name: t('create_case.title') });
  await making.getByRole('button', { name: t('create_case.submit') }).click();
  await expect(making.getByText(t('form.required', { what: t('cases.procedure') }))).toBeVisible();
  await choose(page, making.getByRole('combobox', { name: t('cases.procedure') }), procedure);
  await choose(page, making.getByRole('combobox', { name: t('cases.body') }), BODY);
  await making.getByRole('textbox', { name: t('cases.number') }).fill(number);
  await making.getByRole('button', { name: t('create_case.submit') }).click();
  await expect(page).toHaveURL(/\/workbench\/cases\/case_/);
  await expect(page.getByRole('heading', { level: 1, name: number })).toBeVisible();

  await page.getByRole('button', { name: t('case.record_this', { name: CLUE }) }).click();
  const recording = page.getByRole('dialog', { name: t('record.title') });
  await fillDate(recording.getByLabel(t('form.on'), { exact: true }), today());
  await recording.getByLabel(t('form.place')).fill('钟山区人民中路');
  await choose(page, recording.getByRole('combobox', { name: '线索来源' }), '监督检查');
  await recording.getByRole('button', { name: t('record.submit') }).click();
  await expect(recording).toBeHidden();
  const timeline = page.getByRole('tabpanel', { name: t('case.tab_timeline') });
  const entries = timeline.getByRole('listitem').filter({ hasText: CLUE });
  await expect(entries).toHaveCount(1);
  await expect(entries).toContainText('钟山区人民中路');

  await entries.getByRole('button', { name: t('case.correct') }).click();
  const reason = page.getByRole('dialog', { name: t('correct.title', { name: CLUE }) });
  await reason.getByLabel(t('reason.label')).fill('地点记错了一个路口');
  await reason.getByRole('button', { name: /^确/ }).click();
  const correcting = page.getByRole('dialog').filter({ hasText: t('correct.kept') });
  await expect(correcting.getByText('地点记错了一个路口')).toBeVisible();
  await expect(correcting.getByLabel(t('form.place'))).toHaveValue('钟山区人民中路');
  await correcting.getByLabel(t('form.place')).fill('钟山区人民西路');
  await correcting.getByRole('button', { name: t('correct.submit') }).click();
  await expect(correcting).toBeHidden();
  const corrected = entries.filter({ hasText: '钟山区人民西路' });
  await expect(corrected.getByText(t('case.correction'), { exact: true })).toBeVisible();
  const struck = entries.filter({ hasText: '钟山区人民中路' });
  await expect(struck).toContainText(/已由第 \d+ 件更正/);
  await expect(struck.getByRole('button', { name: t('case.correct') })).toHaveCount(0);
  // What the page says is what is kept: another reads the same.
  const id = page.url().split('/').at(-1)?.split('?')[0] ?? '';
  const events = await lead.all(`/api/v1/cases/${id}/events`, 'events');
  expect(events.map((it) => it.place).filter(Boolean)).toEqual(['钟山区人民中路', '钟山区人民西路']);
});

test('别人先记了一件：不覆盖，说明白，取得最新的再交就成', async ({ as, hand, watch }, about) => {
  watch.expected.add(409).add(412);
  const lead = await hand('lead');
  const [like] = await lead.all('/api/v1/cases?is_mine=true', 'cases');
  const asked = { procedure: PROCEDURE, body: like.body, number: numberOf(about.workerIndex) };
  const made = await lead.do('/api/v1/cases', asked);
  const page = await as('lead');
  await page.goto(`/workbench/cases/${made.case.id}?record=clue_registered`);
  const form = page.getByRole('dialog', { name: t('record.title') });
  await fillDate(form.getByLabel(t('form.on'), { exact: true }), today());
  await form.getByLabel(t('form.place')).fill('钟山区人民中路');
  // The page hears of what others do and takes it in; what comes in between is refused.
  await page.route(`**/api/v1/cases/${made.case.id}/next_actions`, (route) => route.abort());
  watch.expected.add('net::ERR_FAILED');
  await lead.record(made.case.id, { kind: 'id_shown', on: today(), fields: {} });
  await form.getByRole('button', { name: t('record.submit') }).click();
  await expect(form.getByText(t('record.stale'))).toBeVisible();
  await page.unroute(`**/api/v1/cases/${made.case.id}/next_actions`);
  await expect(async () => {
    await form.getByRole('button', { name: t('record.submit') }).click();
    await expect(form).toBeHidden({ timeout: 2_000 });
  }).toPass();
  const events = await lead.all(`/api/v1/cases/${made.case.id}/events`, 'events');
  expect(events.filter((it) => it.kind === 'clue_registered')).toHaveLength(1);
});

test('不由他办的：页面不给按钮，直接打开地址去交也被拒绝，案件没有变', async ({ as, hand, watch }, about) => {
  watch.expected.add(403);
  const lead = await hand('lead');
  const [like] = await lead.all('/api/v1/cases?is_mine=true', 'cases');
  const asked = { procedure: PROCEDURE, body: like.body, number: numberOf(about.workerIndex) };
  const made = await lead.do('/api/v1/cases', asked);
  const page = await as('lead');
  await page.goto(`/workbench/cases/${made.case.id}`);
  await expect(page.getByRole('button', { name: t('case.record_this', { name: CLUE }) })).toBeVisible();
  await expect(page.getByRole('button', { name: t('case.record_this', { name: '立案批准' }) })).toHaveCount(
    0,
  );
  await page.goto(`/workbench/cases/${made.case.id}?record=case_filed`);
  const form = page.getByRole('dialog', { name: t('record.title') });
  await fillDate(form.getByLabel(t('form.on'), { exact: true }), today());
  await form.getByRole('button', { name: t('record.submit') }).click();
  await expect(form.getByRole('alert').filter({ hasText: /权限|不能|授权|许可/ })).toBeVisible();
  expect(await lead.all(`/api/v1/cases/${made.case.id}/events`, 'events')).toHaveLength(
    made.case.event_count ?? 1,
  );
});

test('各种样子：没有权限、空的、出错再试、连不上、登录过了', async ({ as, watch }) => {
  watch.expected.add(401).add(403).add(500).add('net::ERR_FAILED');
  const page = await as('lead');
  const table = page.getByRole('table', { name: t('cases.title') });

  await page.goto('/workbench/admin/audit');
  await expect(page.getByText(t('page.forbidden'))).toBeVisible();
  await expect(page.getByRole('table')).toHaveCount(0);

  await page.goto('/workbench/cases?q=没有这样的案号');
  await expect(page.getByText(t('page.empty'))).toBeVisible();
  await page.getByRole('button', { name: t('filter.clear') }).click();
  await expect(table.getByRole('link').first()).toBeVisible();

  const list = '**/api/v1/cases?*';
  const trace = '0123456789abcdef0123456789abcdef';
  const broken = {
    type: 'about:blank',
    title: '出了故障',
    status: 500,
    code: 'internal-error',
    trace_id: trace,
  };
  await page.route(list, (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(broken) }),
  );
  await page.goto('/workbench/cases');
  await expect(page.getByText(t('page.trace', { id: trace }))).toBeVisible();
  await page.unroute(list);
  await page.getByRole('button', { name: t('page.retry') }).click();
  await expect(table.getByRole('link').first()).toBeVisible();

  await page.route(list, (route) => route.abort());
  await page.getByRole('button', { name: t('table.refresh') }).click();
  await expect(page.getByText(t('page.unreachable'))).toBeVisible();
  await expect(table.getByRole('link').first(), '手里有的照旧显示').toBeVisible();
  await page.unroute(list);
  await page.getByRole('button', { name: t('table.refresh') }).click();
  await expect(page.getByText(t('page.unreachable'))).toBeHidden();

  await page.context().clearCookies();
  await page.goto('/workbench/findings?severity=grave');
  await expect(page.getByRole('heading', { level: 1, name: t('sign_in.heading') })).toBeVisible();
  await expect(page).toHaveURL(/sign-in\?to=.*findings.*severity/);
});
