import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BINARY, mingjing } from './world';

const CASES = 150;
const KEPT = fileURLToPath(new URL('../../node_modules/.cache/mingjing-e2e', import.meta.url));

/** 一个造好、没有启动过的演示世界：同一个程序同一天只造一次，各次运行抄它；旧的删去。 */
export async function template(): Promise<string> {
  const folder = join(KEPT, key());
  if (existsSync(folder)) return folder;
  mkdirSync(KEPT, { recursive: true });
  const making = join(KEPT, `making-${process.pid}`);
  const { code, said } = await mingjing(['demo', '--data', making, '--cases', String(CASES), '--once']);
  if (code !== 0) {
    rmSync(making, { recursive: true, force: true });
    throw new Error(`造不出演示世界，退出码 ${code}：\n${said}`);
  }
  const isOld = (name: string) => !name.startsWith('making-') && name !== key();
  for (const old of readdirSync(KEPT).filter(isOld))
    rmSync(join(KEPT, old), { recursive: true, force: true });
  renameSync(making, folder);
  return folder;
}

/** A world is of a program, of a day in China (it ends today) and of a size. */
function key(): string {
  const hash = createHash('sha256').update(readFileSync(BINARY)).digest('hex').slice(0, 16);
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
  return `${day}-${CASES}-${hash}`;
}
