import type { Locator, Page } from '@playwright/test';
import { t } from '../src/messages/text';
import { expect, test } from './world/test';

const today = () => new Date().toISOString().slice(0, 10);
const COUNTY = '520201';
const NAME = '皇甫匿名';

/** 在“接下来”里点一步，填上日子与各项，记下；新带来的发现看过了，仍要记。 */
async function record(page: Page, step: string, write: (form: Locator) => Promise<void>) {
  await page
    .getByRole('button', { name: t('case.record_this', { name: step }), exact: true })
    .first()
    .click();
  const form = page.getByRole('dialog', { name: t('record.title') });
  await form.getByRole('textbox', { name: t('form.on') }).fill(today());
  await form.getByRole('textbox', { name: t('form.on') }).press('Enter');
  await write(form);
  await form.getByRole('button', { name: t('record.submit') }).click();
  const again = form.getByRole('alert').filter({ hasText: t('record.seen') });
  const said = page.getByText(new RegExp(`^${t('record.done', { name: step })}`));
  await expect(again.or(said).first()).toBeVisible();
  if (await again.isVisible()) {
    await again.getByRole('checkbox', { name: t('record.seen') }).check();
    await again.getByRole('button', { name: t('record.confirm') }).click();
  }
  await expect(form).toBeHidden();
}

/** 公众凭编号与查询码看一件。 */
async function lookUp(page: Page, number: string, code: string) {
  await page.goto('/complaints/progress');
  await page.getByLabel('编号').fill(number);
  await page.getByLabel('查询码').fill(code.toLowerCase());
  await page.getByRole('button', { name: '查询' }).click();
}

test('公众在手机上反映，监督机构答复，公众凭查询码读到答复并评价', async ({ page, as, watch }, about) => {
  // The form that was sent too quickly.
  watch.expected.add(422);
  await page.setViewportSize({ width: 390, height: 844 });
  const content = `上门检查不出示证件，${about.workerIndex}-${Date.now()}`;
  await page.goto('/complaints');
  await page.getByLabel('类别（必填）').selectOption('enforcement');
  await page.getByLabel('事情发生在哪个地区（必填）').selectOption(COUNTY);
  await page.getByLabel('反映的内容（必填）').fill(content);
  await page.getByLabel('姓名').fill(NAME);
  // Faster than a person it is not taken; what was filled in is still there.
  const receipt = page.getByRole('heading', { level: 1, name: '已经登记' });
  await expect(async () => {
    await page.getByRole('button', { name: '提交' }).click();
    await expect(receipt).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const [number = '', code = ''] = await page.locator('.ticket').allTextContents();
  expect(number).toContain(`${COUNTY}-`);
  expect(code).toMatch(/^(\w{4}-){3}\w{4}$/);
  const box = await page.locator('html').boundingBox();
  expect(box?.width).toBeLessThanOrEqual(390);

  const county = await as('county');
  await county.goto(`/workbench/complaints?q=${number}`);
  await county.getByRole('link', { name: number }).click();
  await expect(county.getByText(content)).toBeVisible();
  await expect(county.getByText(NAME)).toHaveCount(0);
  await record(county, '程序性回复', async (form) => {
    await form.getByLabel('对投诉举报人的回复', { exact: true }).fill('已经收到，一个月内答复。');
  });
  await record(county, '答复办理结果', async (form) => {
    await form.getByLabel('办理结果的答复', { exact: true }).fill('经查属实，已经责令改正。');
    await form.getByRole('radiogroup').first().getByText(t('form.yes'), { exact: true }).click();
  });

  await lookUp(page, number, code);
  await expect(page.getByRole('heading', { name: '已答复' })).toBeVisible();
  await expect(page.getByText('经查属实，已经责令改正。')).toBeVisible();
  await page.getByLabel('满意', { exact: true }).check();
  await page.getByRole('button', { name: '评价' }).click();
  await expect(page.getByText('评价收到了')).toBeVisible();
  await expect(page.getByRole('button', { name: '评价' })).toHaveCount(0);
});
