import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { pageConstants } from './build/pages.ts'

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What comes with the page of its own, when it is opened. The first page comes with what all stand on. */
const LATER = /src\/pages\/(?!Overview)|src\/panels\/(Setpoint|Hero|WhyCard|Truths\.|wish|extent|EventLog)/

/** What only charts with axes need; it comes when one is opened. */
const COURSE = /src\/panels\/(Course|Legend|ValueTable|look)|src\/charts\/(TimeChart|Readout|gestures|palette|sentence|view)/

/** The chart library and what draws with it; fetched when a chart is there to be drawn. */
const PLOT = /node_modules\/uplot|src\/charts\/(plot|paint)/

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
    rolldownOptions: {
      output: {
        // Few files, each fetched once: what pages share, what charts share, and the pages themselves.
        codeSplitting: {
          groups: [
            { name: 'core', test: (id: string) => ![COURSE, PLOT, LATER].some((part) => part.test(id)), priority: 2 },
            { name: 'course', test: COURSE, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: process.env['KRAUSEN_SERVER'] ?? 'http://127.0.0.1:8080', ws: true } },
    fs: { allow: [beside('.'), beside('../clients/javascript')] },
  },
})
