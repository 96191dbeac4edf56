import type { Locator, Page } from '@playwright/test';
import { t } from '../src/messages/text';
import type { Hand } from './world/hand';
import { choose } from './world/select';
import { expect, test } from './world/test';

const CLUE_DAYS_AGO = 200;
const OFFICER = '演013007';

const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const clueOn = (days: number) => ({
  kind: 'clue_registered',
  on: dayBefore(days),
  fields: { source: 'inspection', real_name_informant: false },
});

/** 一件线索登记之后半年没有核查的案件：案件、那条线索、由它而来的发现。 */
async function faulty(lead: Hand, number: string) {
  const [mine] = await lead.all('/api/v1/cases?is_mine=true', 'cases');
  const made = await lead.do('/api/v1/cases', { procedure: 'ordinary_penalty', body: mine.body, number });
  const id: string = made.case.id;
  const clue = await lead.record(id, clueOn(CLUE_DAYS_AGO));
  const findings = await lead.all(`/api/v1/cases/${id}/findings`, 'findings');
  const finding = findings.find((it) => it.status === 'violated' && !it.ended_at);
  return { id, clue: clue.event.id as string, finding: finding.id as string };
}

/** 在事项页的“接下来”里点一步，填上日子与各项。 */
async function fill(page: Page, step: string, write: (form: Locator) => Promise<void>): Promise<Locator> {
  // Where one event has several outcomes, each is offered; the form is the same.
  const steps = page.getByRole('button', { name: t('case.record_this', { name: step }), exact: true });
  await steps.first().click();
  const form = page.getByRole('dialog', { name: t('record.title') });
  await form.getByRole('textbox', { name: t('form.on') }).fill(dayBefore(0));
  await form.getByRole('textbox', { name: t('form.on') }).press('Enter');
  await write(form);
  await form.getByRole('button', { name: t('record.submit') }).click();
  return form;
}

/** 记下；新带来的发现看过了，仍要记。 */
async function record(page: Page, step: string, write: (form: Locator) => Promise<void> = async () => {}) {
  const form = await fill(page, step, write);
  const again = form.getByRole('alert').filter({ hasText: t('record.seen') });
  const said = page.getByText(new RegExp(`^${t('record.done', { name: step })}`));
  await expect(again.or(said).first()).toBeVisible();
  if (await again.isVisible()) {
    await again.getByRole('checkbox', { name: t('record.seen') }).check();
    await again.getByRole('button', { name: t('record.confirm') }).click();
  }
  await expect(form).toBeHidden();
}

/** 文书由司法行政部门制发，写文号。 */
const paper = (page: Page, number: string) => async (form: Locator) => {
  await choose(page, form.getByRole('combobox', { name: '制发机关' }), '县级以上政府司法行政部门');
  await form.getByLabel('文号', { exact: true }).fill(number);
};

const verified = async (form: Locator) => {
  await form.getByLabel('验收人', { exact: true }).fill('验收人乙');
  await form.getByLabel('验收结论', { exact: true }).fill('已经整改');
  await form.getByLabel('第几次验收', { exact: true }).fill('1');
  // Last: until another field has the focus, the calendar of the day lies over it.
  await form.getByRole('radiogroup').getByText(t('form.yes'), { exact: true }).click();
};

test('由发现立为监督事项：送达了机关才看得到，问题没有消除验收不过，改正了才销号', async ({
  as,
  hand,
  watch,
}, about) => {
  // The refusal that says what stands, and what is not yet served.
  watch.expected.add(409).add(404);
  const lead = await hand('lead');
  const number = `钟山市监立〔2026〕监${about.workerIndex}${Date.now() % 1_000_000}号`;
  const { id, clue, finding } = await faulty(lead, number);

  const county = await as('county');
  await county.goto(`/workbench/findings?finding=${finding}`);
  await county.getByRole('button', { name: t('open_matter.title') }).click();
  const modal = county.getByRole('dialog', { name: t('open_matter.title') });
  const named = number.replace('市监立', '司监督');
  await modal.getByLabel(t('matters.number')).fill(named);
  await modal.getByRole('button', { name: t('open_matter.title') }).click();
  await expect(county.getByRole('heading', { level: 1, name: named })).toBeVisible();
  await expect(county.getByText(t('matters.standing'), { exact: true })).toBeVisible();
  const at = new URL(county.url()).pathname;

  const clerk = await as('clerk');
  await clerk.goto(at);
  await expect(clerk.getByText(t('page.not_found')).first()).toBeVisible();

  const head = await as('province');
  await head.goto(at);
  await record(head, '监督立案', async (form) => {
    await form.getByLabel('监督立案审批表', { exact: true }).fill('监督立案审批表');
  });
  await county.reload();
  await record(county, '监督通知书送达', paper(county, '钟山司监通〔2026〕1号'));

  // From here on the body sees it where its day begins, and only its own side.
  await clerk.goto('/workbench/');
  const received = clerk.locator('section', {
    has: clerk.getByRole('heading', { name: t('matters.received') }),
  });
  await received.getByRole('link', { name: named }).click();
  await expect(clerk.getByText(t('matters.served_only'))).toBeVisible();
  await expect(clerk.getByRole('tabpanel')).not.toContainText('监督立案审批表');
  await record(clerk, '被监督机关提交材料');

  await head.reload();
  await record(head, '监督意见书送达', async (form) => {
    await paper(head, '钟山司监意〔2026〕1号')(form);
    await form.getByRole('textbox', { name: '意见书写明的整改到期日' }).fill(dayBefore(-15));
    await form.getByRole('textbox', { name: '意见书写明的整改到期日' }).press('Enter');
  });
  await clerk.reload();
  await record(clerk, '整改报告', async (form) => {
    await form.getByLabel('佐证材料', { exact: true }).fill('整改佐证材料');
    await form.getByRole('combobox', { name: '整改责任人' }).fill(OFFICER);
    await form.getByRole('combobox', { name: '整改责任人' }).press('Enter');
  });

  // A report puts nothing right: what is wrong on the case still stands.
  await county.reload();
  const form = await fill(county, '整改验收', verified);
  const refusal = form.getByRole('alert').filter({ hasText: '不解决不销号' });
  await expect(refusal).toContainText('所监督的发现在案件上还没有消除');
  const version = (await lead.ask(`/api/v1/cases/${id}`)).headers().etag ?? '';
  const corrected = await lead.send(
    'POST',
    `/api/v1/cases/${id}/corrections`,
    { corrects: clue, event: clueOn(1), reason: '日期写错' },
    { 'If-Match': version },
  );
  expect(corrected.status(), await corrected.text()).toBe(201);
  await county.goto(at);
  await expect(county.getByText(t('matters.standing'), { exact: true })).toBeHidden();
  await record(county, '整改验收', verified);
  await record(county, '监督销号');
  await expect(county.getByText('已销号', { exact: true }).first()).toBeVisible();
  await county.goto('/workbench/matters?over=1');
  await expect(county.getByRole('link', { name: named })).toBeVisible();
});
