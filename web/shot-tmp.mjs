import { chromium } from 'playwright-core';
import fs from 'node:fs';
const acc = JSON.parse(fs.readFileSync('/work/m/q/look7/demo-accounts.json')).accounts;
const pw = acc[0].password; const base = 'http://127.0.0.1:8640';
const out = '/work/m/look7'; fs.mkdirSync(out, { recursive: true });
const jobs = JSON.parse(fs.readFileSync(process.argv[2]));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [size, w, h] of [['d', 1440, 900], ['p', 390, 844]]) {
  for (const who of [...new Set(jobs.map((j) => j[0]))]) {
    const ctx = await browser.newContext({ viewport: { width: w, height: h }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    const page = await ctx.newPage();
    page.setDefaultTimeout(60000);
    if (who !== 'public') {
      await page.goto(base + '/workbench/sign-in');
      await page.getByLabel('登录名').fill(who); await page.getByLabel('口令', { exact: true }).fill(pw);
      await page.getByRole('button', { name: '登录' }).click();
      await page.waitForURL((u) => !u.pathname.endsWith('/sign-in'));
    }
    for (const [w2, name, path, act] of jobs) {
      if (w2 !== who) continue;
      try {
        await page.goto(base + path); await page.waitForLoadState('networkidle', { timeout: 15000 }).catch(() => {});
        if (act) { for (const a of act) { const [k, v] = a; if (k === 'click') await page.getByRole(v[0], { name: v[1] }).first().click(); if (k === 'wait') await page.waitForTimeout(v); } await page.waitForTimeout(600); }
        await page.screenshot({ path: `${out}/${name}-${size}.png` });
      } catch (e) { console.log(name, size, String(e).slice(0, 200)); }
    }
    await ctx.close();
  }
}
await browser.close();
