import { t } from '../src/messages/text';
import { choose } from './world/select';
import { expect, test } from './world/test';

const ITEM = '未取得许可从事食品生产经营';

test('办案的人在案件上看裁量的区间：选违法行为，说清缺什么；换一组事实试算，什么也不存', async ({
  as,
  hand,
}) => {
  const lead = await hand('lead');
  const [mine] = await lead.all('/api/v1/cases?is_mine=true', 'cases');
  const page = await as('lead');
  await page.goto(`/workbench/cases/${mine.id}?tab=discretion`);
  await expect(page.getByText(t('discretion.not_a_decision'))).toBeVisible();
  await choose(page, page.getByRole('combobox', { name: t('discretion.item_choose') }), ITEM);
  await expect(page).toHaveURL(/item=food_without_licence/);
  await expect(page.getByRole('heading', { name: t('discretion.conclusion') })).toBeVisible();
  await expect(page.getByRole('heading', { name: t('discretion.ranges') })).toBeVisible();
  await expect(page.getByText('涉案货值的10倍以上20倍以下').first()).toBeVisible();

  await page.getByRole('link', { name: t('discretion.try_elsewhere') }).click();
  await expect(page.getByRole('heading', { level: 1, name: t('discretion.title') })).toBeVisible();
  await page.getByLabel(t('discretion.on')).fill('2025-03-03');
  await page.getByLabel(t('discretion.on')).press('Enter');
  await page.getByLabel('涉案货值').fill('不知道');
  await page.getByRole('button', { name: t('discretion.reckon') }).click();
  await expect(page.getByText(t('form.bad_money'))).toBeVisible();
  await page.getByLabel('涉案货值').fill('5000');
  await page.getByRole('button', { name: t('discretion.reckon') }).click();
  const result = page.getByRole('region', { name: t('discretion.result') });
  await expect(result.getByText('罚款（货值金额不足一万元）：5万元至10万元')).toBeVisible();
  await expect(result.getByText(t('discretion.not_a_decision'))).toBeVisible();
  // The facts stand nowhere: not in the address, and gone with the page.
  expect(page.url()).not.toContain('5000');
});

test('法规人员看法典是哪一版；别人没有这一面', async ({ as, watch }) => {
  const page = await as('jurist');
  await page.goto('/workbench/lawbook');
  await page.getByRole('link', { name: t('lawbook.state'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: t('lawbook_state.title') })).toBeVisible();
  await expect(page.getByText(t('lawbook_state.overlay_none'))).toBeVisible();
  await expect(page.getByText(t('lawbook_state.reassessed'))).toBeVisible();

  watch.expected.add(403);
  const other = await as('lead');
  await other.goto('/workbench/lawbook/state');
  await expect(other.getByText(t('page.forbidden'))).toBeVisible();
  await expect(other.getByRole('link', { name: t('lawbook.state'), exact: true })).toHaveCount(0);
});
