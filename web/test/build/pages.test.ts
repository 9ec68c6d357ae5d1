import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { moduleScript } from '../../build/pages'
import { MENU, PAGES } from '../../src/shell/pages'
import { ICONS } from '../../src/controls/icons'

const files = readdirSync('src/pages')

test('every file in pages/ is a page', () => {
  expect(files.every((file) => /^[A-Z]\w+\.svelte$/.test(file))).toBe(true)
  expect(PAGES).toHaveLength(files.length)
})

test('each page has an address of its own, and the menu an order', () => {
  expect(new Set(PAGES.map((page) => page.path)).size).toBe(PAGES.length)
  expect(MENU.map((page) => page.title)).toEqual(['Overview', 'Batches', 'Profiles', 'Alarms', 'Devices', 'Agents', 'Doors', 'Data', 'Push', 'Logs', 'Settings', 'Debugger'])
  expect(MENU.every((page) => page.icon !== undefined && page.icon in ICONS)).toBe(true)
})

test('keys of the menu are not given twice', () => {
  const keys = MENU.flatMap((page) => page.place.key ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})

test('the constant is read without the component', () => {
  const source = readFileSync('src/pages/Overview.svelte', 'utf8')
  const script = moduleScript(source, 'Overview.svelte')
  expect(script).toContain('export const page')
  expect(script).not.toContain('VesselCard')
})

test('a page without a constant stops the build', () => {
  expect(() => moduleScript('<p>Nothing</p>', 'Empty.svelte')).toThrow('Empty.svelte has no <script module>')
})
