import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { APIRequestContext } from '@playwright/test';

/** 所测的程序；没有指明的是开发构建。 */
export const BINARY =
  process.env.E2E_BINARY ?? fileURLToPath(new URL('../../../target/debug/mingjing', import.meta.url));

/** 一次运行共用的演示世界。 */
export interface World {
  /** 服务的地址，末尾没有斜杠。 */
  origin: string;
  /** 数据目录：日志公钥在里面。 */
  data: string;
  /** 各账号同一个口令。 */
  password: string;
  /** 各账号的一次登录，按登录名：口令只核对一次，各份测试接着用。 */
  sessions: Record<string, Session>;
}

/** 一次登录：浏览器拿着的，与写入时要带的。 */
export interface Session {
  state: Awaited<ReturnType<APIRequestContext['storageState']>>;
  csrf: string;
}

const KEPT = 'E2E_WORLD';

/** Workers are other processes: what they need to know travels in the environment. */
export function keepWorld(world: World) {
  process.env[KEPT] = JSON.stringify(world);
}

export function theWorld(): World {
  const kept = process.env[KEPT];
  if (!kept) throw new Error('世界还没有造');
  return JSON.parse(kept) as World;
}

/** 运行一次命令行：退出码与它说的话。 */
export function mingjing(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(BINARY, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, said: stdout + stderr });
    });
  });
}
