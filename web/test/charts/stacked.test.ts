import { describe, expect, test } from 'vitest'
import { pictureOf, type Wanted } from '../../src/charts/picture'
import { countingTicks, LEFT_PX, type Pane, stacked, type Trace } from '../../src/charts/stacked'
import { levelShare } from '../../src/charts/lanes'
import type { Line } from '../../src/charts/series'
import { placesOf } from '../../src/charts/marks'
import { columnOf } from '../../src/state/columns'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const columnOfValues = (v: number[], step = HOUR) => columnOf({ id: 'x', gap_s: 2 * 3600, t: v.map((_, i) => i * step), v })
const trace = (id: string, v: number[]): Trace => ({ id, label: id, colour: '--beer', width: 2, column: columnOfValues(v) })
const FRAME = { width: 600, height: 400, from: 0, to: 4 * HOUR, unit: 'C' as const, ticks: [], right: 100 }

describe('stacked panes', () => {
  const gravity: Pane = { axis: 'gravity', share: 2, traces: [trace('a', [1.05, 1.04, 1.03, 1.02, 1.01]), trace('b', [1.05, 1.04, 1.03, 1.02, 1.0101])] }
  const beer: Pane = { axis: 'temperature', share: 1, traces: [trace('a', [18, 18.1, 18.2, 18.1, 18])] }
  const drawing = stacked([gravity, beer], FRAME)

  test('stand above one another without touching, each with its share of the height', () => {
    const [above, below] = drawing.panes
    if (!above || !below) throw new Error('Two panes were asked for.')
    expect(above.top + above.height).toBeLessThan(below.top)
    expect(below.top + below.height).toBeLessThanOrEqual(drawing.bottom + 1)
    expect(above.height / below.height).toBeCloseTo(2)
  })

  test('have one time axis, which leads back from place to time', () => {
    expect(drawing.x(0)).toBe(LEFT_PX)
    expect(drawing.x(FRAME.to)).toBe(500)
    expect(drawing.t(drawing.x(HOUR))).toBeCloseTo(HOUR)
  })

  test('hold every value inside', () => {
    for (const pane of drawing.panes) {
      for (const { path } of pane.lines) {
        const ys = [...path.matchAll(/ ([\d.]+)/g)].map(([, y]) => Number(y))
        expect(Math.min(...ys)).toBeGreaterThanOrEqual(pane.top)
        expect(Math.max(...ys)).toBeLessThanOrEqual(pane.top + pane.height)
      }
    }
  })

  test('name ends that lie together apart, and the first line lies above the others', () => {
    const [one, other] = drawing.panes[0]?.ends ?? []
    expect(Math.abs((one?.labelY ?? 0) - (other?.labelY ?? 0))).toBeGreaterThanOrEqual(15)
    expect(drawing.panes[0]?.lines.at(-1)?.trace.id).toBe('a')
  })
})

describe('ticks that count', () => {
  const name = (count: number, unit: 'hour' | 'day') => `${count} ${unit}`

  test('count hours while it is short, then days, and zero is a tick', () => {
    expect(countingTicks(0, 10 * HOUR, 1.5 * HOUR, name).map(({ label }) => label)).toEqual(['0 hour', '2 hour', '4 hour', '6 hour', '8 hour', '10 hour'])
    expect(countingTicks(-DAY, 9 * DAY, 1.2 * DAY, name).map(({ t }) => t / DAY)).toEqual([0, 2, 4, 6, 8])
  })

  test('stand as far apart as is asked, over years as well', () => {
    const ticks = countingTicks(0, 3000 * DAY, 700 * DAY, name)
    expect(ticks.length).toBeGreaterThan(2)
    expect((ticks[1]?.t ?? 0) - (ticks[0]?.t ?? 0)).toBeGreaterThanOrEqual(700 * DAY)
  })
})

describe('a picture', () => {
  const lines: Line[] = [
    { series: 'beer', label: 'Beer <b> & more', look: 'beer', axis: 'temperature' },
    { series: 'gravity', label: 'Gravity', look: 'gravity', axis: 'gravity' },
    { series: 'setpoint', label: 'Setpoint', look: 'setpoint', axis: 'temperature', step: true },
  ]
  const columns = { beer: columnOfValues([18, 18.5, 19]), gravity: columnOfValues([1.05, 1.04, 1.03]), setpoint: columnOfValues([18, 18, 19]), heat: columnOfValues([0, 1, 0]) }
  const wanted: Wanted = {
    title: 'Harvest',
    sub: 'Friday',
    lines,
    lanes: [{ series: 'heat', label: 'Heat', look: 'heat', share: levelShare }],
    source: { column: (series) => columns[series as keyof typeof columns] },
    view: { from: 0, to: 2 * HOUR },
    now: null,
    unit: 'C',
    zone: 'UTC',
    width: 800,
    height: 500,
    colour: (role) => (role === '--beer' ? '#007f63' : '#123456'),
  }

  test('is a document that can be read, whatever people call their lines', () => {
    const svg = pictureOf(wanted)
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    expect(svg).toContain('Beer &lt;b&gt; &amp; more')
    expect(svg).not.toContain('NaN')
    expect(svg).toContain('stroke="#007f63"')
  })

  test('has no gravity axis where no gravity is drawn', () => {
    expect(pictureOf(wanted)).toContain('>SG<')
    expect(pictureOf({ ...wanted, lines: lines.slice(0, 1) })).not.toContain('>SG<')
  })
})

test('stretches outside of what is seen are not marked, and short ones can still be seen', () => {
  const places = placesOf([{ from: -50, to: -10, text: 'before' }, { from: 10, to: 10.5, text: 'short' }, { from: 90, to: 500, text: 'out' }], (t) => t, 100)
  expect(places).toEqual([{ left: 10, width: 3, text: 'short' }, { left: 90, width: 10, text: 'out' }])
})
