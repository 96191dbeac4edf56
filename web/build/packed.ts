import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXTS = new Set(['.js', '.css', '.svg', '.json', '.webmanifest']);
/** Below this a packed copy saves nothing that matters. */
const BYTES_MIN = 1024;

/**
 * 构建前清空输出目录（留下目录自己的忽略文件），构建后写出压缩好的 .br 与 .gz，服务器照 Accept-Encoding 挑。
 */
export function packed(folder: string): Plugin {
  return {
    name: 'mingjing-packed',
    apply: 'build',
    buildStart() {
      mkdirSync(folder, { recursive: true });
      for (const name of readdirSync(folder)) {
        if (name !== '.gitignore') rmSync(join(folder, name), { recursive: true });
      }
    },
    closeBundle() {
      pack(join(folder, 'assets'));
    },
  };
}

function pack(folder: string) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!TEXTS.has(extname(name)) || statSync(path).size < BYTES_MIN) continue;
    const bytes = readFileSync(path);
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: quality }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
