import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { pageConstants } from './build/pages'

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [pageConstants(), svelte()],
  resolve: {
    alias: { '@krausen/client': beside('../clients/javascript/src/index.ts') },
    // Outside the browser Svelte would resolve to its server half, which has no effects.
    conditions: process.env['VITEST'] ? ['browser', 'module', 'development'] : ['browser', 'module', 'production'],
  },
  build: {
    outDir: process.env['WEB_OUT'] ?? '../src/krausen/web_dist',
    emptyOutDir: true,
    target: 'es2022',
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } },
    fs: { allow: [beside('.'), beside('../clients/javascript')] },
  },
})
