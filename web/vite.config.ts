import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { pageConstants } from './build/pages.ts'

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What is there first: the shell, and the page that most people open. */
const FIRST = [beside('src/main.ts'), beside('src/pages/Overview.svelte')]

/** What only charts with axes need; it comes when one is opened. */
const COURSE = /src\/panels\/(Course|Legend|ValueTable|look)|src\/charts\/(TimeChart|Readout|gestures|palette|sentence|view)/

/** The chart library and what draws with it; fetched when a chart is there to be drawn. */
const PLOT = /node_modules\/uplot|src\/charts\/(plot|paint)/

interface Graph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null
}

let core: Set<string> | undefined

/** True for what the first page cannot do without; everything else comes with the pages that need it. */
function isCore(id: string, graph: Graph): boolean {
  core ??= reached(FIRST, graph)
  return core.has(id) && ![COURSE, PLOT].some((part) => part.test(id))
}

/** Modules that others import at once, directly or through more of them. */
function reached(from: readonly string[], graph: Graph): Set<string> {
  const found = new Set(from)
  for (const id of found) graph.getModuleInfo(id)?.importedIds.forEach((one) => found.add(one))
  return found
}

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
            { name: (id, graph) => (isCore(id, graph) ? 'core' : null), debugName: 'core', priority: 2 },
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
