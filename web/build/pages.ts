import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

const ASKED = '.svelte?page'
const FOUND = '.svelte.page.ts'

/**
 * Lets the menu know every page without loading any of them: importing `Name.svelte?page` gives only what the
 * component's `<script module>` exports, so that the component itself stays a file of its own, loaded when opened.
 */
export function pageConstants(): Plugin {
  return {
    name: 'krausen-page-constants',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith(ASKED)) return null
      const page = await this.resolve(source.slice(0, -'?page'.length), importer, { skipSelf: true })
      return page ? page.id.replace(/\.svelte$/, FOUND) : null
    },
    async load(id) {
      if (!id.endsWith(FOUND)) return null
      const file = id.replace(/\.page\.ts$/, '')
      this.addWatchFile(file)
      return moduleScript(await readFile(file, 'utf8'), file)
    },
  }
}

/** The text inside `<script module>`; a page without one cannot be listed and stops the build. */
export function moduleScript(source: string, file: string): string {
  const script = /<script\s[^>]*\bmodule\b[^>]*>([\s\S]*?)<\/script>/.exec(source)?.[1]
  if (script === undefined) throw new Error(`${file} has no <script module> that exports the constant page.`)
  return script
}
