import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { t } from '../src/messages/text';
import { barriers } from './world/barriers';
import { expect, test } from './world/test';

const NEW_PASSWORD = '晨雾过山-第七-道弯 2026';
const STEP_SECONDS = 30;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 验证器显示的六位数（RFC 6238：SHA-1、三十秒）。 */
function code(secret: string, at = Date.now()): string {
  const bits = [...secret.replaceAll(/[\s=]/g, '')].map((it) =>
    ALPHABET.indexOf(it).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 1000 / STEP_SECONDS)));
  const key = Buffer.from(bytes.map((it) => Number.parseInt(it, 2)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const from = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(from) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

async function signIn(page: Page, login: string, password: string) {
  await page.goto('/workbench/');
  await page.getByLabel(t('sign_in.login')).fill(login);
  await page.getByLabel(t('sign_in.password'), { exact: true }).fill(password);
  await page.getByRole('button', { name: t('sign_in.submit') }).click();
}

async function signOut(page: Page) {
  await page.getByRole('button', { name: /账号菜单$/ }).click();
  await page.getByRole('menuitem', { name: t('shell.sign_out') }).click();
}

const isHome = (page: Page) =>
  expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();

/** 系统管理员在页面上开一个账号；返回只见一次的口令。 */
async function openAccount(page: Page, login: string): Promise<string> {
  await page.goto('/workbench/admin/accounts');
  await page.getByRole('button', { name: t('admin.create') }).click();
  const form = page.getByRole('dialog', { name: t('admin.create') });
  await form.getByLabel(t('admin.login')).fill(login);
  await form.getByLabel(t('admin.name'), { exact: true }).fill('林晓演');
  await form.getByRole('combobox', { name: t('admin.org') }).fill('钟山区市场监督管理局');
  await page.locator('.ant-select-item-option').first().click();
  await form.getByRole('button', { name: t('admin.create') }).click();
  const shown = page.getByRole('dialog', { name: t('admin.credentials') });
  await expect(shown.getByText(login)).toBeVisible();
  const password = await shown.locator('code').textContent();
  await shown.getByRole('button', { name: t('admin.credentials_kept') }).click();
  return password ?? '';
}

test('新账号：页面上开，首次登录先改口令，设置动态口令，凭它与恢复码登录', async ({
  as,
  page,
  watch,
}, about) => {
  // A weak password, a wrong code and whether anybody has signed in: each is answered no.
  watch.expected.add(401).add(422);
  const login = `new-${about.workerIndex}-${Date.now() % 100_000}`;
  const first = await openAccount(await as('system'), login);

  await signIn(page, login, first);
  await expect(page.getByRole('heading', { name: t('sign_in.change_title') })).toBeVisible();
  const change = async (password: string) => {
    await page.getByLabel(t('sign_in.current')).fill(first);
    await page.getByLabel(t('sign_in.new'), { exact: true }).fill(password);
    await page.getByLabel(t('sign_in.again')).fill(password);
    await page.getByRole('button', { name: t('sign_in.change') }).click();
  };
  await change('12345678');
  await expect(page.locator('.ant-form-item-explain-error').first()).toBeVisible();
  const faults = await barriers(page, '先改口令，有错误');
  await change(NEW_PASSWORD);
  await isHome(page);

  await page.goto('/workbench/account');
  await page.getByRole('button', { name: t('account.totp_enrol') }).click();
  await expect(page.getByLabel(t('account.totp_qr'))).toBeVisible();
  faults.push(...(await barriers(page, '设置动态口令')));
  const secret = (await page.locator('.account-secret').textContent()) ?? '';
  const oneTime = page.getByLabel(t('sign_in.code'), { exact: true });
  await oneTime.fill(code(secret));
  await page.getByRole('button', { name: t('account.totp_confirm') }).click();
  const recovery = page.getByRole('region', { name: t('account.recovery') });
  await expect(recovery).toBeVisible();
  faults.push(...(await barriers(page, '恢复码')));
  const [spare] = await recovery.getByRole('listitem').allTextContents();
  await recovery.getByRole('button', { name: t('account.recovery_kept') }).click();
  await expect(recovery).toBeHidden();

  await signOut(page);
  await signIn(page, login, NEW_PASSWORD);
  await expect(page.getByRole('heading', { name: t('sign_in.second_title') })).toBeVisible();
  const verify = page.getByRole('button', { name: t('sign_in.verify') });
  await oneTime.fill('000000');
  await verify.click();
  await expect(page.getByText(t('sign_in.code_refused'))).toBeVisible();
  faults.push(...(await barriers(page, '第二步，不对的')));
  // The code that confirmed is used up; the next one counts already.
  await oneTime.fill(code(secret, Date.now() + STEP_SECONDS * 1000));
  await verify.click();
  await isHome(page);

  await signOut(page);
  await signIn(page, login, NEW_PASSWORD);
  await page.getByRole('button', { name: t('sign_in.to_recovery') }).click();
  await page.getByLabel(t('sign_in.recovery'), { exact: true }).fill(spare ?? '');
  await verify.click();
  await isHome(page);
  expect(faults).toEqual([]);
});
