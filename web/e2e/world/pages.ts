import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** 工作台的路由表里的全部路径，照源文件数：路由表是带着类型与页面的程序，测试里装不起来。 */
export function routerPaths(): string[] {
  const files = [
    `${SOURCES}/app/router.tsx`,
    ...readdirSync(`${SOURCES}/features`).map((part) => `${SOURCES}/features/${part}/routes.tsx`),
  ];
  return files.flatMap((file) => {
    const text = readOr(file);
    return [...text.matchAll(/\bpath: '([^']+)'/g)].map((found) => found[1] ?? '');
  });
}

/** A part that has no pages of its own has no table. */
function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** 门户的路由表里的全部路径，照源文件数。 */
export function portalPaths(): string[] {
  const table = fileURLToPath(new URL('../../../crates/portal/src/route.rs', import.meta.url));
  return [
    ...readFileSync(table, 'utf8').matchAll(/^ {4}"(\/[^"]*)" \w+(?:::\w+)+(?:, \w+(?:::\w+)+)?;$/gm),
  ].map((found) => found[1] ?? '');
}
