import type { Page } from '@playwright/test';
import { Keys } from './world/keys';
import { expect, test } from './world/test';

/** 在登录页填登录名、口令，回车。 */
async function signIn(keys: Keys, login: string, password: string) {
  const { page } = keys;
  await page.goto('/workbench/');
  await keys.write(page.getByLabel('登录名'), login);
  await keys.write(page.getByLabel('口令', { exact: true }), password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: '待办' })).toBeVisible();
}

async function signOut(keys: Keys) {
  const { page } = keys;
  await keys.open(page.getByRole('button', { name: /账号菜单$/ }));
  const out = page.getByRole('menuitem', { name: '退出' });
  await expect(out).toBeVisible();
  for (let n = 0; n < 5 && !(await isAt(page, '退出')); n += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: '登录工作台' })).toBeVisible();
}

/** 菜单里走到了哪一项。 */
const isAt = (page: Page, text: string) =>
  page.evaluate((wanted) => {
    const at = document.activeElement;
    const active = document.querySelector('.ant-dropdown-menu-item-active');
    return at?.textContent === wanted || active?.textContent === wanted;
  }, text);

test('执法人员的一天只用键盘：登录、待办、打开案件、留草稿、记一件事、退出', async ({ page, world }) => {
  const keys = await Keys.at(page);
  await signIn(keys, 'lead', world.password);
  const mine = page
    .getByRole('region', { name: '我的案件' })
    .or(page.locator('section', { has: page.getByRole('heading', { name: '我的案件' }) }));
  await keys.open(mine.last().getByRole('listitem').getByRole('link').first());
  await expect(page).toHaveURL(/\/workbench\/cases\/case_/);

  const other = page.getByRole('combobox', { name: '记录别的事' });
  await keys.choose(other, '线索登记');
  const form = page.getByRole('dialog', { name: '记录一件事' });
  await keys.write(form.getByLabel('地点'), '钟山区人民中路');
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();

  await keys.choose(other, '线索登记');
  await expect(form.getByText('接着上次没有提交的草稿填写')).toBeVisible();
  await expect(form.getByLabel('地点')).toHaveValue('钟山区人民中路');
  await keys.to(form.getByLabel('发生日'), 'Shift+Tab');
  await page.keyboard.insertText(today());
  await page.keyboard.press('Enter');
  await keys.choose(form.getByRole('combobox', { name: '线索来源' }), '监督检查');
  await page.keyboard.press('Tab');
  const said = page.getByText(/^已记录：线索登记/);
  await keys.open(form.getByRole('button', { name: '提交' }));
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
  await keys.open(page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '监督台' }));
  await expect(page.getByRole('heading', { level: 1, name: '监督台' })).toBeVisible();
  const byPlace = page.getByRole('table', { name: '按辖区、主体' });
  await keys.open(byPlace.getByRole('link', { name: '钟山区市场监督管理局（演示）', exact: true }));
  await expect(page).toHaveURL(/body=body_/);
  await expect(byPlace).toBeHidden();
  const byRule = page.getByRole('table', { name: '按规则' });
  await keys.open(byRule.getByRole('link').first());
  await expect(page.getByRole('heading', { level: 1, name: '发现' })).toBeVisible();

  const rows = page.getByRole('table').getByRole('row');
  await keys.open(rows.getByRole('link').first());
  const finding = page.getByRole('dialog', { name: '发现' });
  await expect(finding.getByRole('heading', { name: '依据' })).toBeVisible();
  await keys.open(finding.getByRole('link', { name: /^到案件/ }));
  await expect(page).toHaveURL(/\/workbench\/cases\/case_.*tab=findings/);
  await keys.open(page.getByRole('button', { name: '为什么' }).first());
  const why = page.getByRole('dialog', { name: '为什么' });
  await expect(why.getByRole('heading', { level: 2 })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();

  await keys.open(
    page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '发现', exact: true }),
  );
  await expect(page.getByRole('heading', { level: 1, name: '发现' })).toBeVisible();
  await keys.choose(page.getByRole('combobox', { name: '程度' }), '违规');
  await expect(page).toHaveURL(/severity=breach/);
  await expect(page.getByText('已用 1 个条件')).toBeVisible();
  await signOut(keys);
  await keys.noPointer();
});

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
