import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messages, t, tOf } from './text';

const SOURCES = join(import.meta.dirname, '..');
const CHINESE = /[\u4e00-\u9fff]/;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'messages' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.|schema\.d\.ts/.test(entry.name) ? [path] : [];
  });
}

const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
const texts = new Map(sources(SOURCES).map((path) => [path, withoutComments(readFileSync(path, 'utf8'))]));
const all = [...texts.values()].join('\n');

test('no key is missing', () => {
  // Literal keys are checked by the compiler too; this one also sees those that stand in tables.
  const prefixes = new Set(Object.keys(messages).map((key) => key.split('.')[0]));
  const named = [...all.matchAll(/'([a-z_]+)\.([A-Za-z_]+)'/g)].filter((match) => prefixes.has(match[1]));
  const permissions = new Set(['account', 'case', 'finding', 'lawbook']);
  const missing = named
    .map((match) => `${match[1]}.${match[2]}`)
    .filter((key) => !(key in messages) && !permissions.has(key.split('.')[0] ?? ''));
  expect(missing).toEqual([]);
});

test('no key is unused', () => {
  const dynamic = [
    ...[...all.matchAll(/`([a-z_.]+)\.\$\{/g)].map((match) => `${match[1]}.`),
    ...[...all.matchAll(/tOf\('([a-z_]+)'/g)].map((match) => `${match[1]}.`),
  ];
  const unused = Object.keys(messages).filter(
    (key) => !all.includes(`'${key}'`) && !dynamic.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});

test('what people read stands in the catalogues', () => {
  const places = [...texts].flatMap(([path, text]) => {
    const lines = text.split('\n').filter((line) => CHINESE.test(line));
    return lines.map((line) => `${path}: ${line.trim()}`);
  });
  expect(places).toEqual([]);
});

test('values take their places, unknown codes have no words', () => {
  expect(t('unit.overdue', { days: 3 })).toBe('已逾期 3 个工作日');
  expect(t('case.month', { year: 2025 })).toBe('2025 年 {month} 月');
  expect(tOf('severity', 'grave')).toBe('重大违法');
  expect(tOf('severity', 'mild')).toBeNull();
});
