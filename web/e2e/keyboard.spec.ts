import { t } from '../src/messages/text';
import { Keys } from './world/keys';
import { expect, test } from './world/test';

/** 在登录页填登录名、口令，回车。 */
async function signIn(keys: Keys, login: string, password: string) {
  const { page } = keys;
  await page.goto('/workbench/');
  await keys.write(page.getByLabel(t('sign_in.login')), login);
  await keys.write(page.getByLabel(t('sign_in.password'), { exact: true }), password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();
}

async function signOut(keys: Keys) {
  const { page } = keys;
  await keys.open(page.getByRole('button', { name: /账号菜单$/ }));
  const menu = page.getByRole('menu').filter({ hasText: t('shell.sign_out') });
  await expect(
    menu
      .getByRole('menuitem')
      .and(page.locator(':focus'))
      .or(menu.and(page.locator(':focus'))),
  ).toHaveCount(1);
  // The menu moves a frame after the key; the last one stays the last one however often it is asked for.
  await expect(async () => {
    await page.keyboard.press('End');
    // What has the focus hears the key; what only looks chosen does not.
    await expect(page.locator(':focus')).toHaveText(t('shell.sign_out'), { timeout: 500 });
  }).toPass();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: t('sign_in.heading') })).toBeVisible();
}

test('执法人员的一天只用键盘：登录、待办、打开案件、留草稿、记一件事、退出', async ({ page, world }) => {
  const keys = await Keys.at(page);
  await signIn(keys, 'lead', world.password);
  const mine = page.locator('section', { has: page.getByRole('heading', { name: t('home.my_cases') }) });
  // The last of them: nobody else is at work on it just now.
  await keys.open(mine.last().getByRole('listitem').last().getByRole('link').first());
  await expect(page).toHaveURL(/\/workbench\/cases\/case_/);

  const other = page.getByRole('combobox', { name: t('case.record_other') });
  await keys.choose(other, '线索登记');
  const form = page.getByRole('dialog', { name: t('record.title') });
  await keys.write(form.getByLabel(t('form.place')), '钟山区人民中路');
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();

  await keys.choose(other, '线索登记');
  await expect(form.getByText(t('record.draft'))).toBeVisible();
  await expect(form.getByLabel(t('form.place'))).toHaveValue('钟山区人民中路');
  await keys.to(form.getByLabel(t('form.on')), 'Shift+Tab');
  await page.keyboard.insertText(today());
  await page.keyboard.press('Enter');
  await keys.choose(form.getByRole('combobox', { name: '线索来源' }), '监督检查');
  await page.keyboard.press('Tab');
  const said = page.getByText(new RegExp(`^${t('record.done', { name: '线索登记' })}`));
  await keys.open(form.getByRole('button', { name: t('record.submit') }));
  await expect(said).toBeVisible();
  await expect(form).toBeHidden();
  await expect(page.getByRole('tabpanel').getByText('线索登记').first()).toBeVisible();
  await signOut(keys);
  await keys.noPointer();
});

test('监督的人的一天只用键盘：登录、监督台逐层看到案件、问为什么、筛选发现、退出', async ({
  page,
  world,
}) => {
  const keys = await Keys.at(page);
  await signIn(keys, 'county', world.password);
  await keys.open(
    page.getByRole('navigation', { name: t('shell.menu') }).getByRole('link', { name: t('desk.title') }),
  );
  await expect(page.getByRole('heading', { level: 1, name: t('desk.title') })).toBeVisible();
  const byPlace = page.getByRole('table', { name: t('desk.by_place') });
  await keys.open(byPlace.getByRole('link', { name: '钟山区市场监督管理局（演示）', exact: true }));
  await expect(page).toHaveURL(/body=body_/);
  await expect(byPlace).toBeHidden();
  const byRule = page.getByRole('table', { name: t('desk.by_rule') });
  await keys.open(byRule.getByRole('link').first());
  await expect(page.getByRole('heading', { level: 1, name: t('desk.findings') })).toBeVisible();

  const rows = page.getByRole('table').getByRole('row');
  await keys.open(rows.getByRole('link').first());
  const finding = page.getByRole('dialog', { name: t('desk.findings') });
  await expect(finding.getByRole('heading', { name: t('desk.articles') })).toBeVisible();
  await keys.open(finding.getByRole('link', { name: /^到案件/ }));
  await expect(page).toHaveURL(/\/workbench\/cases\/case_.*tab=findings/);
  await keys.open(page.getByRole('button', { name: t('case.why') }).first());
  const why = page.getByRole('dialog', { name: t('case.why') });
  await expect(why.getByRole('heading', { level: 2 })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();

  await keys.open(
    page
      .getByRole('navigation', { name: t('shell.menu') })
      .getByRole('link', { name: t('desk.findings'), exact: true }),
  );
  await expect(page.getByRole('heading', { level: 1, name: t('desk.findings') })).toBeVisible();
  await keys.choose(page.getByRole('combobox', { name: t('desk.severity') }), t('severity.breach'));
  await expect(page).toHaveURL(/severity=breach/);
  await expect(page.getByText(t('filter.active', { count: 1 }))).toBeVisible();
  await signOut(keys);
  await keys.noPointer();
});

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
