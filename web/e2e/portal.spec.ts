import { expect, test } from './world/test';

test.use({ javaScriptEnabled: false });

test('门户不用脚本：检索、翻页、看一件、取核对文件、看规则与主体，页里没有脚本', async ({ page, watch }) => {
  const noScript = async () => {
    await expect(page.locator('script, [onclick], [onload], [onsubmit]')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    // Nothing sticks out of the screen: no reading sideways.
    const box = await page.locator('html').boundingBox();
    expect(box?.width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  };
  await page.goto('/');
  await noScript();
  const first = page.getByRole('main').locator('a[href^="/decisions/public_"]').first();
  const docNo = /\S+〔\d{4}〕\d+号/.exec(
    (await first.locator('xpath=ancestor::li').textContent()) ?? '',
  )?.[0];
  expect(docNo).toBeTruthy();

  const search = page.getByRole('search').first();
  await search.getByRole('searchbox').fill(docNo ?? '');
  await search.getByRole('button').click();
  await expect(page).toHaveURL(/\/decisions\?/);
  await noScript();
  await page.getByRole('main').locator('a[href^="/decisions/public_"]').first().click();
  await expect(page).toHaveURL(/\/decisions\/public_/);
  await noScript();
  await expect(page.getByRole('heading', { name: '何时记录、能否验证' })).toBeVisible();
  await expect(page.getByText('可以验证')).toBeVisible();
  await page.getByText('编号与散列').click();
  await expect(page.getByText('条目散列')).toBeVisible();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载核对文件' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^public_/);

  await page.goto('/decisions');
  await page.getByRole('link', { name: '下一页' }).click();
  await expect(page).toHaveURL(/\?older=/);
  await noScript();
  for (const [path, into] of [
    ['/rules', /^\/rules\//],
    ['/bodies', /^\/bodies\/body_/],
  ] as const) {
    await page.goto(path);
    await noScript();
    const href = await page
      .getByRole('main')
      .locator('a')
      .evaluateAll((links, pattern) => {
        const wanted = new RegExp(pattern);
        return links.map((link) => link.getAttribute('href') ?? '').find((it) => wanted.test(it));
      }, into.source);
    await page.goto(href ?? '');
    await noScript();
  }
  for (const path of ['/items', '/officers', '/log', '/about', '/accessibility']) {
    await page.goto(path);
    await noScript();
  }
  watch.expected.add(404);
  const missing = await page.goto('/decisions/public_00000000000000000000000000000000');
  expect(missing?.status()).toBe(404);
  await noScript();
});
