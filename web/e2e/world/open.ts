import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from '@playwright/test';
import { template } from './template';
import { BINARY, keepWorld, type Session, type World } from './world';

/** 启动要多久：未优化的程序、忙的机器也够。 */
const STARTED_WITHIN = 120_000;
const STOPPED_WITHIN = 30_000;

/** 抄一份演示世界，启动，等它报出地址，各账号登录一次；返回收场的办法。 */
export default async function open(): Promise<() => Promise<void>> {
  if (!existsSync(BINARY)) {
    throw new Error(`没有程序 ${BINARY}：先 cargo xtask web，再 cargo build -p mingjing-cli`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'mingjing-e2e-'));
  const data = join(folder, 'demo');
  cpSync(await template(), data, { recursive: true });
  const server = serve(['demo', '--data', data, '--listen', '127.0.0.1:0'], candidates(folder));
  try {
    keepWorld(await worldAt(await server.origin, data));
  } catch (error) {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return async () => {
    const ended = await server.stop();
    rmSync(folder, { recursive: true, force: true });
    if (ended !== 0) throw new Error(`服务没有好好地停下，退出码 ${ended}：\n${server.said()}`);
  };
}

/** 候选的法典：一部把一条规则的程度改重，一部写坏了。 */
function candidates(folder: string): string {
  const rule = 'rules/filing/verification-overdue.toml';
  const shipped = fileURLToPath(new URL(`../../../lawbook/${rule}`, import.meta.url));
  const text = readFileSync(shipped, 'utf8');
  const put = (name: string, content: string) => {
    const path = join(folder, 'candidates', name, rule);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  put('从重', text.replace('severity = "违规"', 'severity = "重大违法"'));
  put('写坏的', `${text}\n没有这个键 = 1\n`);
  return join(folder, 'candidates');
}

async function worldAt(origin: string, data: string): Promise<World> {
  const { accounts } = JSON.parse(readFileSync(join(data, 'demo-accounts.json'), 'utf8'));
  const password: string = accounts[0].password;
  const logins: string[] = accounts.map((it: { login: string }) => it.login);
  const sessions = await Promise.all(
    logins.map(async (login) => [login, await signIn(origin, login, password)]),
  );
  return { origin, data, password, sessions: Object.fromEntries(sessions) };
}

async function signIn(origin: string, login: string, password: string): Promise<Session> {
  const context = await request.newContext({ baseURL: origin });
  const opened = await context.post('/api/v1/sessions', { data: { login, password } });
  if (!opened.ok()) throw new Error(`${login} 登录不了：${await opened.text()}`);
  const { csrf_token: csrf } = await opened.json();
  const state = await context.storageState();
  await context.dispose();
  return { state, csrf };
}

/** 启动一个服务；地址出自它打印的那一行。 */
function serve(args: string[], candidates: string) {
  // One visitor that is a whole test run: the limit for one visitor would slow it down, not protect anything.
  const limits = { MINGJING_LIMITS_RATE_PER_SECOND: '100000', MINGJING_LIMITS_RATE_BURST: '1000000' };
  const child = spawn(BINARY, args, {
    env: { ...process.env, ...limits, MINGJING_LAWBOOK_CANDIDATES: candidates },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const origin = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`没有按时启动：\n${said}`)), STARTED_WITHIN);
    const hear = (piece: Buffer) => {
      said += piece.toString('utf8');
      const told = /明镜已启动 (http:\/\/\S+)/.exec(said)?.[1];
      if (told) {
        clearTimeout(late);
        resolve(told);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`没有启动就结束了，退出码 ${code}：\n${said}`));
    });
  });
  // Whoever does not wait for the address is told by stop().
  origin.catch(() => undefined);
  return { origin, said: () => said, stop: () => stop(child) };
}

/** 请它停下，等它收尾；到时不停的结束它。 */
function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN);
    child.once('exit', (code) => {
      clearTimeout(late);
      resolve(code);
    });
    child.kill('SIGTERM');
  });
}
