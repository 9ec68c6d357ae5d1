import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** Roles of one theme as the token file declares them. */
function themeOf(selector: string): Map<string, string> {
  const css = readFileSync('src/styles/tokens.css', 'utf8')
  const start = css.indexOf(`${selector} {`)
  expect(start, `${selector} is missing in tokens.css`).toBeGreaterThanOrEqual(0)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]))
}

/** Relative luminance and contrast of WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const share = parseInt(colour.slice(i, i + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const TEXT = 4.5
const SHAPE = 3

/** What stands on what, and how well it must be told apart. */
const PAIRS: [string, string, number][] = [
  ...['surface', 'bg', 'sunken', 'plan-wash'].flatMap((ground): [string, string, number][] => [
    ['ink', ground, TEXT],
    ['ink-2', ground, TEXT],
    ['ink-3', ground, TEXT],
  ]),
  ...['critical-wash', 'warning-wash'].flatMap((ground): [string, string, number][] => [
    ['ink', ground, TEXT],
    ['ink-2', ground, TEXT],
  ]),
  ['on-ink', 'ink', TEXT],
  ['heat', 'surface', TEXT],
  ['heat', 'heat-wash', TEXT],
  ['cool', 'surface', TEXT],
  ['cool', 'cool-wash', TEXT],
  ['critical', 'surface', TEXT],
  ['on-critical', 'critical', TEXT],
  ['on-warning', 'warning', TEXT],
  ['warning-text', 'surface', TEXT],
  ['gravity', 'surface', TEXT],
  ...['surface', 'bg'].flatMap((ground): [string, string, number][] => [
    ['line-strong', ground, SHAPE],
    ['focus', ground, SHAPE],
    ...['beer', 'chamber', 'gravity', 'ambient', 'ochre', 'indigo', 'slate'].map((name): [string, string, number] => [name, ground, SHAPE]),
  ]),
  ['heat-fill', 'surface', SHAPE],
  ['cool-fill', 'surface', SHAPE],
]

const DARK = ":root[data-theme='dark']"
const DIM = `${DARK}[data-dim]`

describe.each([
  ['light', ':root'],
  ['dark', DARK],
  ['dim', DIM],
])('the %s theme', (_name, selector) => {
  const theme = new Map([...(selector === DIM ? themeOf(DARK) : []), ...themeOf(selector)])

  test.each(PAIRS)('%s on %s has a contrast of at least %d', (front, ground, least) => {
    const [a, b] = [theme.get(front), theme.get(ground)]
    if (!a || !b) throw new Error(`${front} or ${ground} has no colour.`)
    expect(contrast(a, b)).toBeGreaterThanOrEqual(least)
  })

  test('names every colour that the other names', () => {
    const other = themeOf(selector === ':root' ? DARK : ':root')
    expect([...theme.keys()].sort()).toEqual([...other.keys()].sort())
  })
})

test('the measure itself is right', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('the colour of the browser’s bar is the room’s', () => {
  const theme = readFileSync('src/shell/theme.ts', 'utf8')
  expect(theme).toContain(`light: '${themeOf(':root').get('bg')}'`)
  expect(theme).toContain(`dark: '${themeOf(":root[data-theme='dark']").get('bg')}'`)
})
