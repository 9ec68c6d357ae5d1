import { expect, test } from 'vitest'
import { levelShare } from '../../src/charts/lanes'
import { longest, sentenceOf } from '../../src/charts/sentence'
import { sketch } from '../../src/charts/sparkline'
import { columnOf } from '../../src/state/columns'

const HOUR = 3_600_000
const NOW = 24 * HOUR
const hours = Array.from({ length: 25 }, (_, i) => i * HOUR)
const columns = {
  beer: columnOf({ id: 'beer', gap_s: 2 * 3600, t: hours.filter((t) => t < 10 * HOUR || t > 12 * HOUR), v: hours.slice(3).map((_, i) => 18.4 + i * 0.036) }),
  set: columnOf({ id: 'set', gap_s: null, t: [0], v: [19] }),
  heat: columnOf({ id: 'heat', gap_s: null, t: [0, HOUR, 1.5 * HOUR], v: [0, 1, 0] }),
}
const source = { column: (id: string) => columns[id as keyof typeof columns] }
const lines = [
  { series: 'beer', label: 'Beer', look: 'beer', axis: 'temperature' },
  { series: 'set', label: 'Setpoint', look: 'setpoint', axis: 'temperature', step: true },
] as const
const lanes = [{ series: 'heat', label: 'Heat', look: 'heat', share: levelShare }] as const
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('a chart is told in one sentence', () => {
  const told = sentenceOf({ lines, lanes, source, view: { from: 0, to: NOW }, now: NOW, unit: 'C' })
  expect(plain(told)).toBe('In 24 h: Beer 18.4 to 19.2 °C, now 19.2; heated 30 min, one gap of 4 h.')
})

test('a gap is told with its cause, where that is known', () => {
  const told = sentenceOf({ lines, lanes, source, view: { from: 0, to: NOW }, now: NOW, unit: 'C', causeOf: (line, gap) => `${line.label} ${gap.from / HOUR}` })
  expect(plain(told)).toContain('one gap of 4 h (Beer 9).')
})

test('only the longest gaps are worth their causes', () => {
  const gaps = Array.from({ length: 9 }, (_, i) => ({ from: i * 10, to: i * 10 + (i % 2 ? 1 : 5) }))
  expect(longest(gaps).map(({ from }) => from)).toEqual([0, 20, 40, 60, 80])
})

test('in the past nothing is now', () => {
  const told = sentenceOf({ lines, lanes, source, view: { from: 0, to: 6 * HOUR }, now: NOW, unit: 'F' })
  expect(plain(told)).toBe('In 6 h: Beer 65.1 to 65.5 °F; heated 30 min.')
})

test('a chart without readings says so', () => {
  const told = sentenceOf({ lines, lanes: [], source: { column: () => undefined }, view: { from: 0, to: HOUR }, now: null, unit: 'C' })
  expect(plain(told)).toBe('No readings in 1 h.')
})

test('a sparkline has its lines, lanes, gap and the present', () => {
  const drawn = sketch({ source, beer: 'beer', setpoint: 'set', lanes, plan: 19, now: NOW, unit: 'C', width: 560, height: 104 })
  expect(drawn.line.match(/M/g)).toHaveLength(2)
  expect(drawn.steps).toMatch(/^M0\.0 .*L500\.0 /)
  expect(drawn.lanes[0]?.runs).toEqual([{ x: expect.closeTo(20.83, 1) as number, width: expect.closeTo(10.42, 1) as number, share: 1 }])
  expect(drawn.gaps).toHaveLength(1)
  expect(drawn.end).not.toBeNull()
  expect(drawn.plan).toBeGreaterThan(0)
})

test('a sparkline of nothing is empty, and of something old has no present', () => {
  const empty = sketch({ source: { column: () => undefined }, beer: null, setpoint: null, lanes, plan: null, now: NOW, unit: 'C', width: 560, height: 104 })
  expect(empty).toMatchObject({ line: '', steps: '', end: null, plan: null, gaps: [] })
  const old = sketch({ source, beer: 'beer', setpoint: null, lanes: [], plan: null, now: NOW + 5 * HOUR, unit: 'C', width: 560, height: 104 })
  expect(old.end).toBeNull()
})
