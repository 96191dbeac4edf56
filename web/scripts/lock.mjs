// npm ci refuses a lock whose packages list optional platform builds that the registry lacks (npm/cli#9846):
// take those names out, and anything that names a registry host.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(FILE, 'utf8'));
let removed = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const places = [`${at ? `${at}/` : ''}node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => place in lock.packages)) continue;
    delete entry.optionalDependencies[name];
    removed += 1;
  }
  if (entry.optionalDependencies && Object.keys(entry.optionalDependencies).length === 0) {
    delete entry.optionalDependencies;
  }
}
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`锁文件：删去 ${removed} 个没有条目的可选依赖\n`);
