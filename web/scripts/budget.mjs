// 首次打开任何一页要传的脚本与样式（gzip -9）：超过预算的构建不通过。
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const PAGE_KB = 450;
// What a page loads when it is asked for (a form in a drawer), together with the page's base.
const PART_KB = 500;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

function closure(key, seen = new Set()) {
  const entry = manifest[key];
  if (!entry || seen.has(entry.file)) return seen;
  seen.add(entry.file);
  for (const css of entry.css ?? []) seen.add(css);
  for (const next of entry.imports ?? []) closure(next, seen);
  return seen;
}

const size = (file) => {
  const packed = new URL(`${file}.gz`, dist);
  const bytes = existsSync(packed) ? readFileSync(packed) : gzipSync(readFileSync(new URL(file, dist)));
  return bytes.length / 1000;
};

const [entry] = Object.keys(manifest).filter((key) => manifest[key].isEntry);
const base = closure(entry);
const pages = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
let failed = false;
for (const page of [entry, ...pages]) {
  const files = new Set([...base, ...closure(page)]);
  const total = [...files].reduce((sum, file) => sum + size(file), 0);
  const limit = page === entry || page.endsWith('-page.tsx') ? PAGE_KB : PART_KB;
  const over = total > limit;
  failed ||= over;
  process.stdout.write(`${over ? '超出' : '　　'} ${total.toFixed(0).padStart(4)} / ${limit} kB  ${page}\n`);
}
if (failed) {
  process.stdout.write('超过预算（gzip）：把只有这一页用的东西改为按需加载\n');
  process.exit(1);
}
