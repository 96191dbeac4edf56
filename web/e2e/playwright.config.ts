import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';

/** Debian's browser: nothing is downloaded; another one is named in the environment. */
const CHROMIUM = process.env.E2E_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(CHROMIUM)) {
  throw new Error(`没有浏览器 ${CHROMIUM}：安装它（Debian：apt-get install chromium fonts-noto-cjk）`);
}

const launchOptions = {
  executablePath: CHROMIUM,
  // The sandbox does not work for root, as which containers run; the rest keeps the browser from calling home.
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
};

/** 浏览器测试：真的程序、真的浏览器；一次运行一个演示世界，各份测试共用。 */
export default defineConfig({
  testDir: '.',
  globalSetup: './world/open.ts',
  outputDir: '../test-results',
  reporter: [['list'], ['./world/count.ts']],
  forbidOnly: true,
  // Told as flaky when the second try passes.
  retries: 1,
  workers: 2,
  fullyParallel: true,
  // A walk over many pages on a machine that is busy with other things: late, not wrong.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'desktop',
      use: { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 }, launchOptions },
    },
    {
      name: 'phone',
      testMatch: ['accessibility.spec.ts', 'portal.spec.ts'],
      use: {
        ...devices['Desktop Chrome'],
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        launchOptions,
      },
    },
  ],
});
