import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { t } from '../src/messages/text';
import type { Hand } from './world/hand';
import { choose } from './world/select';
import { expect, test } from './world/test';
import { mingjing } from './world/world';

/** 从记下到监督的人看见，至多多久。 */
const SEEN_WITHIN = 2_000;
const PARTY = '钟山晚霞餐饮有限公司';
const DECIDED_DAYS_AGO = 20;
const OFFICERS = ['演013007', '演013008'];

const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** 世界里自己的一件：哪个机关、填报了什么事实；别的测试造的没有填报。 */
async function like(lead: Hand) {
  for (const one of await lead.all('/api/v1/cases?is_mine=true', 'cases')) {
    const events = await lead.all(`/api/v1/cases/${one.id}/events`, 'events');
    const stated = events.find((event) => event.kind === 'facts_stated');
    if (stated) return { body: one.body, facts: JSON.parse(stated.fields.facts) };
  }
  throw new Error('世界里没有填报过事实的案件');
}

/** 一件当场处罚走到告知为止，都是二十天前的事，由主办人员补录。 */
async function toldCase(lead: Hand, number: string): Promise<string> {
  const { body, facts } = await like(lead);
  const asked = { procedure: 'summary_penalty', body, number, facts };
  const made = await lead.do('/api/v1/cases', asked);
  const on = dayBefore(DECIDED_DAYS_AGO);
  const actors = OFFICERS.map((who) => ({ who, role: 'officer' }));
  const told = {
    oral: true,
    party_name: PARTY,
    cause: '占道经营',
    proposed_kinds: ['fine'],
    proposed_fine: 20_000,
    states_penalty: true,
    states_facts: true,
    states_reasons: true,
    states_basis: true,
    states_statement_right: true,
  };
  for (const [kind, fields] of [
    ['id_shown', { proof: '执法记录仪' }],
    ['evidence_taken', { kind: 'audio_visual' }],
    ['notice_served', told],
  ] as const) {
    await lead.record(made.case.id, { kind, on, actors, fields });
  }
  return made.case.id;
}

test('迟记的决定：监督的人两秒之内看见，公众查得到、核对得了，改了一个字节就核对不过', async ({
  as,
  hand,
  page: citizen,
  watch,
  world,
}, about) => {
  // The refusal that says what the decision brings.
  watch.expected.add(409);
  watch.expected.add(404);
  const lead = await hand('lead');
  const number = `钟山市监当〔2026〕${about.workerIndex}${Date.now() % 1_000_000}号`;
  const docNo = number.replace('当〔', '当罚〔');
  const desk = await as('county');
  await desk.goto('/workbench/desk');
  await desk.getByRole('link', { name: '钟山区市场监督管理局（演示）', exact: true }).click();
  await expect(desk.getByRole('heading', { name: t('desk.title') })).toBeVisible();
  const notFiled = desk.getByRole('row', { name: /当场处罚报机关备案/ });
  const countOf = async () => {
    const sum = notFiled.getByRole('cell').last();
    return (await notFiled.count()) === 0 ? 0 : Number(await sum.textContent());
  };
  await expect(desk.getByRole('status', { name: t('shell.live_on'), exact: true })).toBeVisible();
  await expect(desk.getByText(t('desk.by_rule')).first()).toBeVisible();
  // The desk hears of each of these already: what is measured below is no first time.
  const id = await toldCase(lead, number);
  const before = await countOf();
  let loads = 0;
  desk.on('load', () => {
    loads += 1;
  });

  const officer = await as('lead');
  await officer.goto(`/workbench/cases/${id}`);
  await officer.getByRole('button', { name: t('case.record_this', { name: '作出决定' }) }).click();
  const form = officer.getByRole('dialog', { name: t('record.title') });
  await form.getByRole('textbox', { name: t('form.on') }).fill(dayBefore(DECIDED_DAYS_AGO));
  await form.getByRole('textbox', { name: t('form.on') }).press('Enter');
  await choose(officer, form.getByRole('combobox', { name: '处理结果', exact: true }), '给予处罚');
  await form.getByLabel('决定书文号').fill(docNo);
  await form.getByLabel(/^当事人姓名或名称/).fill(PARTY);
  await form.getByLabel('案由', { exact: true }).fill('占道经营');
  await form.getByLabel('罚款数额', { exact: true }).fill('200');
  await form.getByRole('button', { name: t('record.submit') }).click();
  const refusal = form.getByRole('alert').filter({ hasText: '当场处罚报机关备案' });
  await expect(refusal).toContainText('《中华人民共和国行政处罚法》');
  await refusal.getByRole('checkbox', { name: t('record.seen') }).check();
  const recorded = officer.waitForResponse(
    (answer) => answer.url().endsWith(`/cases/${id}/events`) && answer.request().method() === 'POST',
  );
  await refusal.getByRole('button', { name: t('record.confirm') }).click();
  expect((await recorded).status()).toBe(201);
  // From the answer on: nobody touches the desk.
  await expect.poll(countOf, { timeout: SEEN_WITHIN, intervals: [50] }).toBe(before + 1);
  expect(loads, '没有重新载入').toBe(0);
  await notFiled.getByRole('link').first().click();
  await desk
    .getByRole('row', { name: new RegExp(number) })
    .getByRole('link')
    .first()
    .click();
  const told = desk.getByRole('dialog', { name: t('desk.finding') });
  await expect(told).toContainText('《中华人民共和国行政处罚法》（2021年修订）第52条');
  await expect(told).toContainText(number);

  const published = await publish(officer, await as('reviewer'), id);

  await citizen.goto('/');
  await citizen.getByRole('link', { name: '执法决定' }).first().click();
  const search = citizen.getByRole('search', { name: '检索执法决定' });
  await search.getByLabel('文字').fill(docNo);
  await search.getByRole('button', { name: '检索' }).click();
  await citizen.getByRole('listitem').filter({ hasText: docNo }).getByRole('link').first().click();
  await expect(citizen).toHaveURL(`${world.origin}/decisions/${published}`);
  await expect(citizen.getByRole('heading', { name: '何时记录、能否验证' })).toBeVisible();
  const proof = citizen.getByRole('complementary', { name: '何时记录、能否验证' });
  await expect(async () => {
    await citizen.reload();
    await expect(proof.getByText('可以验证')).toBeVisible({ timeout: 500 });
  }).toPass();
  const downloading = citizen.waitForEvent('download');
  await proof.getByRole('link', { name: '下载核对文件' }).click();
  const file = about.outputPath('record.json');
  await (await downloading).saveAs(file);

  const key = join(world.data, 'log-key.pub.pem');
  const good = await mingjing(['verify', file, '--key', key]);
  expect(good, good.said).toMatchObject({ code: 0 });
  const bytes = await readFile(file);
  const at = bytes.indexOf(Buffer.from(docNo)) + Buffer.byteLength(docNo) - Buffer.byteLength('1号');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
  const forged = await mingjing(['verify', file, '--key', key]);
  expect(forged.code, forged.said).toBe(1);

  const reviewer = await as('reviewer');
  await reviewer.goto(`/workbench/cases/${id}?tab=disclosure`);
  await reviewer.getByRole('button', { name: t('disclose.withdraw') }).click();
  const modal = reviewer.getByRole('dialog', { name: t('disclose.withdraw_title', { n: 1 }) });
  await choose(
    reviewer,
    modal.getByRole('combobox', { name: t('disclose.withdraw_ground') }),
    '依法不应公开',
  );
  await modal.getByLabel(t('reason.label')).fill('复核时发现不属于应当公开的决定');
  await modal.getByRole('button', { name: t('disclose.withdraw') }).click();
  await expect(reviewer.getByText('撤下：依法不应公开')).toBeVisible();
  await expect(async () => {
    const gone = await citizen.goto(`/decisions/${published}`);
    expect(gone?.status()).toBe(404);
  }).toPass();
});

/** 在案件页的“公示”上：一人拟稿、另一人批准、公布；公布迟了的，看过了仍要公布。答复是公开记录的标识。 */
async function publish(lead: Page, reviewer: Page, id: string): Promise<string> {
  const at = `/workbench/cases/${id}?tab=disclosure`;
  await lead.goto(at);
  const drawn = lead.getByRole('table', { name: t('disclose.preview') });
  // A natural person keeps the surname only, a company its name: what is masked says why.
  await expect(drawn).toContainText(PARTY);
  await lead.getByRole('button', { name: t('disclose.prepare') }).click();
  await expect(lead.getByText(t('disclose.awaits'), { exact: true })).toBeVisible();
  await expect(lead.getByRole('button', { name: t('disclose.approve'), exact: true })).toHaveCount(0);

  await reviewer.goto(at);
  await reviewer.getByRole('button', { name: t('disclose.approve') }).click();
  await expect(reviewer.getByText(t('disclose.approved'), { exact: true })).toBeVisible();

  await lead.goto(at);
  await lead.getByRole('button', { name: t('disclose.publish') }).click();
  const refusal = lead.getByRole('alert').filter({ hasText: t('record.seen') });
  const link = lead.getByRole('link', { name: t('disclose.open_public') });
  await expect(link.or(refusal)).toBeVisible();
  // Published late, the law asks whether that has been seen.
  if (await refusal.isVisible()) {
    await refusal.getByRole('checkbox', { name: t('record.seen') }).check();
    await refusal.getByRole('button', { name: t('record.confirm') }).click();
  }
  await expect(link).toBeVisible();
  return (await link.getAttribute('href'))?.split('/').at(-1) ?? '';
}
