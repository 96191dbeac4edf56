import type { Reporter, TestCase } from '@playwright/test/reporter';

/** 末行的计数，`cargo xtask ci` 照它数。 */
export default class Counted implements Reporter {
  private readonly last = new Map<string, boolean>();

  onTestEnd(test: TestCase) {
    this.last.set(test.id, test.ok());
  }

  onEnd() {
    const passed = [...this.last.values()].filter(Boolean).length;
    process.stdout.write(`Browser tests: ${passed} passed, ${this.last.size - passed} failed\n`);
  }

  printsToStdio() {
    return true;
  }
}
