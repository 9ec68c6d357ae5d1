import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FLOORS, refusal } from '../../lint/floors.js'

const SOURCE = '/web/src'
const judge = (file: string, target: string) => refusal(`${SOURCE}/${file}`, target, SOURCE)

test.each([
  ['pages/Overview.svelte', '../panels/VesselCard.svelte'],
  ['panels/VesselCard.svelte', './truths'],
  ['panels/VesselCard.svelte', '../charts/Sparkline.svelte'],
  ['state/site.svelte.ts', '@krausen/client'],
  ['charts/plot.ts', 'uplot'],
  ['units/duration.ts', '../text/units'],
  ['main.ts', './shell/App.svelte'],
  ['shell/App.svelte', 'svelte'],
])('%s may import %s', (file, target) => {
  expect(judge(file, target)).toBeNull()
})

test.each([
  ['state/roster.svelte.ts', '../panels/truths', 'state/ may not import panels/'],
  ['charts/lanes.ts', '../controls/icons', 'charts/ may not import controls/'],
  ['controls/Icon.svelte', '../charts/view', 'controls/ may not import charts/'],
  ['text/index.ts', '../units/round', 'text/ may not import units/'],
  ['pages/Overview.svelte', './Vessel.svelte', 'A page does not import another page'],
  ['panels/Truths.svelte', '@krausen/client', 'Only state/ imports'],
  ['panels/Course.svelte', 'uplot', 'Only charts/ imports'],
  ['panels/Course.svelte', 'uplot/dist/uPlot.min.css', 'Only charts/ imports'],
  ['panels/Course.svelte', '../gadgets/a', 'has no floor'],
  ['panels/Course.svelte', '../../../clients/javascript/src/rest', 'has no floor'],
])('%s may not import %s', (file, target, why) => {
  expect(judge(file, target)).toContain(why)
})

test('every folder of the page has a floor', () => {
  expect(FLOORS.flat().sort()).toEqual(readdirSync('src').sort())
})
