import { account } from './account';
import { admin } from './admin';
import { oneCase } from './case';
import { cases } from './cases';
import { complaints } from './complaints';
import { desk } from './desk';
import { discretion } from './discretion';
import { foresight } from './foresight';
import { forms } from './forms';
import { home } from './home';
import { intake } from './intake';
import { lawbook } from './lawbook';
import { log } from './log';
import { matters } from './matters';
import { overCases } from './over-cases';
import { registry } from './registry';
import { shell } from './shell';
import { signIn } from './sign-in';
import { states } from './states';
import { wallscreen } from './wallscreen';

/** 全部文字：一个部分一个文件，键以部分的名字起头。只有简体中文。 */
export const messages = {
  ...admin,
  ...desk,
  ...discretion,
  ...foresight,
  ...intake,
  ...lawbook,
  ...log,
  ...matters,
  ...overCases,
  ...registry,
  ...wallscreen,
  ...account,
  ...cases,
  ...complaints,
  ...oneCase,
  ...forms,
  ...home,
  ...shell,
  ...signIn,
  ...states,
} as const;

export type MessageKey = keyof typeof messages;

/** 取一句话，花括号里的名字换成给出的值。 */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return messages[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** 由代码拼出的键：登记过的给文字，没有登记的给 null。 */
export function tOf(prefix: string, code: string): string | null {
  const key = `${prefix}.${code}`;
  return key in messages ? messages[key as MessageKey] : null;
}
