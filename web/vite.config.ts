import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { packed } from './build/packed.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: '/workbench/',
  plugins: [react(), packed(here('./dist'))],
  resolve: { alias: { '@': here('./src') } },
  // The server puts a fresh value in its place with every answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    // Desktops of offices: browsers on Chromium 108 and later.
    target: 'chrome108',
    emptyOutDir: false,
    manifest: true,
    chunkSizeWarningLimit: 1500,
  },
  server: {
    port: 5173,
    proxy: { '/api': process.env.MINGJING_URL ?? 'http://127.0.0.1:8080' },
  },
  test: {
    environment: 'node',
    // One form of the component library takes seconds in jsdom on a busy machine.
    testTimeout: 60_000,
    include: ['src/**/*.test.{ts,tsx}', 'build/**/*.test.ts'],
    setupFiles: ['./src/test-setup.ts'],
  },
});
