import { t } from '../src/messages/text';
import { expect, test } from './world/test';

test('法规人员试算一部候选的法典：看改了什么，开始，看案件会怎样变，导出', async ({ as }) => {
  const page = await as('jurist');
  await page.goto('/workbench/lawbook');
  await page.getByRole('link', { name: t('foresight.title'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: t('foresight.title') })).toBeVisible();

  await page.getByRole('button', { name: '写坏的' }).click();
  await expect(page.getByText(t('foresight.broken_title', { name: '写坏的' }))).toBeVisible();
  await expect(page.getByText('verification-overdue.toml').first()).toBeVisible();
  await expect(page.getByRole('button', { name: t('foresight.start') })).toBeDisabled();

  await page.getByRole('button', { name: '从重' }).click();
  await expect(page.getByText('违规 → 重大违法')).toBeVisible();
  await page.getByRole('button', { name: t('foresight.start') }).click();
  await expect(page.getByRole('heading', { name: t('foresight.run') })).toBeVisible();
  await expect(page.getByText(t('foresight_state.done'), { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole('heading', { name: t('foresight.by_rule') })).toBeVisible();
  await expect(page.getByRole('heading', { name: t('foresight.by_body') })).toBeVisible();
  // A jurist counts; which cases they are is for those who may see findings.
  await expect(page.getByText(t('foresight.not_permitted'))).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: t('foresight.export') }).click();
  expect((await saved).suggestedFilename()).toBe(t('foresight.export_name'));
});

test('别人没有试算这一面', async ({ as, watch }) => {
  watch.expected.add(403);
  const page = await as('lead');
  await page.goto('/workbench/lawbook/foresight');
  await expect(page.getByText(t('page.forbidden'))).toBeVisible();
  await expect(page.getByRole('link', { name: t('foresight.title'), exact: true })).toHaveCount(0);
});
