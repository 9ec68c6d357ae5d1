import { describe, expect, test } from 'vitest'
import type { Line } from '../../src/charts/series'
import { cut, previewed, storedValue, told } from '../../src/panels/correct/correcting'
import { choicesOf, remapped, sumOf } from '../../src/panels/importing/mapping'
import { addressOf, lookAt, spanOf, spanWord, viewOf } from '../../src/panels/look'
import { gapRows, heldRows, sums } from '../../src/panels/report/tables'
import { exportAddress, fileName } from '../../src/panels/takeaway'
import { columnOf } from '../../src/state/columns'
import type { Correction } from '../../src/state/corrections.svelte'
import type { FileReport } from '../../src/state/importing.svelte'
import type { BatchReport } from '../../src/state/report.svelte'
import { batchOf } from './brews'

const HOUR = 3_600_000
const BEER: Line = { series: 'b', label: 'Beer', look: 'beer', axis: 'temperature' }
const column = columnOf({ id: 'b', gap_s: null, t: [0, 10, 20, 30], v: [18, 19, 20, 21] })

describe('a correction before it is made', () => {
  test('leaves out, shifts or replaces from its beginning until just before its end', () => {
    expect(previewed(column, { from: 10, to: 30 }, 'mask', null)).toMatchObject({ changed: 2, column: { mean: [18, NaN, NaN, 21] } })
    expect(previewed(column, { from: 10, to: 30 }, 'shift', -1.5)).toMatchObject({ changed: 2, column: { mean: [18, 17.5, 18.5, 21] } })
    expect(previewed(column, { from: 0, to: 1 }, 'replace', 4).column.max).toEqual([4, 19, 20, 21])
    expect(column.mean).toEqual([18, 19, 20, 21])
  })

  test('counts nothing where nothing was read', () => {
    expect(previewed(column, { from: 100, to: 200 }, 'mask', null).changed).toBe(0)
  })

  test('is cut out with the rows beside it', () => {
    expect(cut(column, { from: 10, to: 20 }).t).toEqual([0, 10, 20, 30])
    expect(cut(column, { from: 21, to: 22 }).t).toEqual([20, 30])
  })

  test('takes a difference without an offset, in either unit', () => {
    expect(storedValue('-1,8', 'shift', 'temperature', 'F')).toBeCloseTo(-1)
    expect(storedValue('50', 'replace', 'temperature', 'F')).toBeCloseTo(10)
    expect(storedValue('0.002', 'shift', 'gravity', 'F')).toBe(0.002)
    expect(storedValue('much', 'shift', 'temperature', 'C')).toBeNull()
  })
})

test('corrections are told in order of time, and only those of the lines that are drawn', () => {
  const one = (change: Partial<Correction>): Correction => ({
    id: 'c', series: 'b', from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z', kind: 'shift', value: -1.5, reason: '', by: 'Anna', revision: 1, created_at: '', updated_at: '', ...change,
  })
  const rows = told([one({}), one({ id: 'd', kind: 'mask', value: null, from: '2026-01-01T00:00:00Z' }), one({ series: 'other' })], [BEER], 'C')
  expect(rows.map(({ what }) => what)).toEqual(['Beer left out', 'Beer shifted by −1.5\u00a0°C'])
})

describe('an address of any range', () => {
  const live = { from: 0, to: 1000 * HOUR, isLive: true }

  test.each([['90m', 1.5], ['12h', 12], ['30d', 720], ['2y', 17_520]])('"%s" is %d hours', (word, hours) => {
    expect(spanOf(word)).toBe(hours * HOUR)
    expect(spanWord(hours * HOUR)).toBe(word)
  })

  test.each(['', '0h', '5w', 'h', '-3d', '1e9d'])('"%s" is none', (word) => {
    expect(spanOf(word)).toBeNull()
  })

  test('follows the present over the span that it names, and says it again', () => {
    const found = lookAt(new URLSearchParams('range=90m'), ['24h'], live)
    expect(found).toEqual({ look: { kind: 'follow', spanMs: 1.5 * HOUR }, range: null })
    if (found) expect(addressOf(found.look, found.range)).toEqual({ range: '90m', from: null, to: null })
  })

  test('shows the last of what is over', () => {
    const found = lookAt(new URLSearchParams('range=2h'), [], { ...live, isLive: false })
    if (!found) throw new Error('The address names a span.')
    expect(viewOf(found.look, 0)).toEqual({ from: 998 * HOUR, to: 1000 * HOUR })
  })

  test('may be written by hand, in ISO 8601', () => {
    const found = lookAt(new URLSearchParams('from=2026-01-01&to=2026-01-02T12:00Z'), [], live)
    expect(found?.look).toEqual({ kind: 'fixed', view: { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2, 12) } })
  })
})

describe('what is taken away', () => {
  test('names each series once, and the stretch that is seen', () => {
    expect(exportAddress(['a', 'b', 'a'], { from: 1.7, to: 9.2 })).toBe('/api/v1/export?series=a&series=b&from=1&to=10&format=csv')
  })

  test('is called after what it shows and the days that it is of', () => {
    const view = { from: Date.UTC(2026, 10, 19), to: Date.UTC(2026, 10, 20) }
    expect(fileName('Blåbær & Øl!', view, 'UTC', 'png')).toBe('blåbær-øl-2026-11-19-2026-11-20.png')
    expect(fileName('*', { ...view, to: view.from }, 'UTC', 'csv')).toBe('krausen-2026-11-19.csv')
  })
})

describe('the report', () => {
  const role = { intervals: [], readings: 9, gap_s: 60, gaps_left_out: 0 }
  const report: BatchReport = {
    batch: batchOf(),
    band_c: 0.25,
    out_of_band_minutes: 134,
    completeness: 99.2,
    roles: [
      { ...role, role: 'gravity', unit: 'SG', min: 1.01, mean: 1.02, max: 1.05, completeness: 98, gaps: [{ from: '2026-01-02T00:00:00Z', to: '', minutes: 90, cause: 'device silent' }] },
      { ...role, role: 'beer', unit: '°C', min: 17, mean: null, max: 19, completeness: 99.97, gaps: [{ from: '2026-01-01T00:00:00Z', to: '', minutes: 30, cause: 'agent away' }] },
      { ...role, role: 'state', unit: '', min: 0, mean: 1, max: 4, completeness: 50, gaps: [] },
    ],
    heat: { run_minutes: 61, starts: 1 },
    cool: { run_minutes: 0, starts: 0 },
    energy_kwh: null,
    events: [],
  }

  test('tells values by role, beer first, and no codes', () => {
    expect(heldRows(report, 'F')).toEqual([
      { name: 'Beer', least: '62.6\u00a0°F', mean: '–', most: '66.2\u00a0°F', complete: '99.9\u00a0%' },
      { name: 'Gravity', least: '1.010', mean: '1.020', most: '1.050', complete: '98.0\u00a0%' },
    ])
  })

  test('sums up times, and leaves out what nobody knows', () => {
    expect(sums(report, 'C')).toEqual([
      { name: 'More than 0.25\u00a0°C off the setpoint', value: '2\u00a0h\u00a014\u00a0min' },
      { name: 'Heated', value: '1\u00a0h\u00a01\u00a0min, one start' },
      { name: 'Cooled', value: 'never' },
      { name: 'Energy', value: 'unknown' },
    ])
    expect(sums({ ...report, energy_kwh: 3.04 }, 'C').at(-1)).toEqual({ name: 'Energy', value: '3.0\u00a0kWh' })
    expect(sums({ ...report, out_of_band_minutes: null, heat: null, cool: null }, 'C')).toEqual([])
  })

  test('lists every gap in order of time', () => {
    expect(gapRows(report).map(({ role: name, length, cause }) => [name, length, cause])).toEqual([
      ['Beer', '30\u00a0min', 'agent away'],
      ['Gravity', '1\u00a0h\u00a030\u00a0min', 'device silent'],
    ])
  })
})

describe('the columns of a table that is imported', () => {
  const columns = [{ title: 'Time', what: 'time' }, { title: 'Beer, top', what: 'beer:C' }, { title: '', what: '-' }]
  const preview = { format: 'csv_table', title: 'Table', rows: [], columns, questions: [], mapping: 'csv_table:…' }

  test('are said by title, or by number where the title has signs of the notation', () => {
    expect(remapped(preview, 1, 'beer:F')).toBe('csv_table:Time=time,2=beer:F,3=-')
  })

  test('keep what they were taken for among the choices', () => {
    expect(choicesOf('cellar:K')[0]).toEqual({ value: 'cellar:K', label: 'cellar, K' })
    expect(choicesOf('beer:F').find(({ value }) => value === 'beer:F')?.label).toBe('beer, °F')
  })

  test('rows of all logs in a file add up, with the skipped ones that are not listed', () => {
    const file = { rows: 10, stored: 6, repeated: 2, skipped: [{ line: 3, reason: 'x' }], more_skipped: 1 } as unknown as FileReport
    expect(sumOf([file, { ...file, more_skipped: 0 }])).toEqual({ rows: 20, stored: 12, repeated: 4, skipped: 3 })
  })
})
