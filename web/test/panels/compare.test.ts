import { describe, expect, test } from 'vitest'
import { aligned, byOf, originOf, pitchedAt, shifted } from '../../src/panels/compare/align'
import { differenceOf, lagMs, peakSpeed, warmthC } from '../../src/panels/compare/difference'
import { rowsOf } from '../../src/panels/compare/rows'
import { type Column, columnOf } from '../../src/state/columns'
import type { BatchCourse } from '../../src/state/courses.svelte'
import { batchOf } from './brews'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 10, 1)

/** Readings every hour over so many days. */
function column(days: number, value: (day: number) => number, from = 0): Column {
  const t = Array.from({ length: days * 24 + 1 }, (_, i) => from + i * HOUR)
  return columnOf({ id: 'x', gap_s: 2 * 3600, t, v: t.map((at) => value((at - from) / DAY)) })
}

const fall = (halfway: number) => (day: number) => 1.01 + 0.042 / (1 + Math.exp((day - halfway) * 2))

function courseOf(name: string, columns: Record<string, Column>, change: Partial<BatchCourse> = {}): BatchCourse {
  return { batch: batchOf({ id: name, name }), events: [], columns, from: START, to: START + 9 * DAY, report: null, ...change }
}

describe('aligning', () => {
  const events = [
    { id: 'e1', at: new Date(START + 6 * HOUR).toISOString(), kind: 'note', text: 'Pitched the yeast' },
    { id: 'e2', at: new Date(START + 9 * HOUR).toISOString(), kind: 'pitch', text: 'more yeast' },
  ]

  test('takes the first time that somebody noted the yeast, else the start', () => {
    expect(pitchedAt(events)).toBe(START + 6 * HOUR)
    expect(pitchedAt([])).toBeNull()
    expect(originOf({ events, from: START }, 'pitch')).toBe(START + 6 * HOUR)
    expect(originOf({ events: [], from: START }, 'pitch')).toBe(START)
    expect(originOf({ events, from: START }, 'start')).toBe(START)
    expect(originOf({ events, from: START }, 'calendar')).toBe(0)
  })

  test('counts every course from its own origin', () => {
    const [one] = aligned([courseOf('A', { gravity: column(9, fall(2), START) }, { events })], 'pitch')
    expect(one?.from).toBe(-6 * HOUR)
    expect(one?.gravity?.t[0]).toBe(-6 * HOUR)
    expect(one?.beer).toBeNull()
  })

  test('leaves a column alone that counts from the beginning of time', () => {
    const one = column(1, () => 1)
    expect(shifted(one, 0)).toBe(one)
  })

  test('understands only the words that it knows', () => {
    expect(byOf('calendar')).toBe('calendar')
    expect(byOf('moon')).toBe('pitch')
  })
})

describe('the difference', () => {
  test('a fall that comes eight hours later is eight hours behind', () => {
    expect((lagMs(column(9, fall(2 + 8 / 24)), column(9, fall(2))) ?? 0) / HOUR).toBeCloseTo(8, 0)
    expect((lagMs(column(9, fall(2)), column(9, fall(2 + 8 / 24))) ?? 0) / HOUR).toBeCloseTo(-8, 0)
  })

  test('a hydrometer that reads low before it floats has fermented nothing', () => {
    const late = column(9, (day) => (day < 0.5 ? 0.99 : fall(2)(day)))
    expect((lagMs(late, column(9, fall(2))) ?? 99) / HOUR).toBeCloseTo(0, 0)
  })

  test('is unknown where no gravity is shared', () => {
    expect(lagMs(column(9, () => 1.05), column(9, () => 1.02))).toBeNull()
  })

  test('of temperatures counts only while both were read', () => {
    expect(warmthC(column(9, () => 20), column(4, () => 18))).toBeCloseTo(2)
    expect(warmthC(column(1, () => 20), column(1, () => 18, 5 * DAY))).toBeNull()
  })

  test('is said in a sentence', () => {
    const [one, other] = aligned(
      [
        courseOf('A', { gravity: column(9, fall(2 + 8 / 24), START), beer: column(9, () => 18, START) }),
        courseOf('B', { gravity: column(9, fall(2), START), beer: column(9, () => 18.5, START) }),
      ],
      'start',
    )
    if (!one || !other) throw new Error('Two were aligned.')
    const { title, rest } = differenceOf(one, other, 'C')
    expect(title).toBe('A is 8\u00a0h behind B')
    expect(rest).toContain('Its beer was 0.5\u00a0°C colder on average.')
    expect(differenceOf(one, { ...other, gravity: null }, 'C').title).toBe('A ran 0.5\u00a0°C colder than B')
    expect(differenceOf(one, { ...other, gravity: null }, 'F').title).toBe('A ran 0.9\u00a0°F colder than B')
    expect(differenceOf(one, { ...other, gravity: null, beer: null }, 'C').title).toBe('A and B share nothing that was measured')
    expect(differenceOf(one, { ...one, label: 'C' }, 'C').title).toBe('A keeps pace with C')
  })
})

describe('the peak speed', () => {
  test('is the steepest fall, SG a day', () => {
    expect(peakSpeed(column(4, (day) => 1.05 - 0.01 * day))).toBeCloseTo(0.01, 5)
  })

  test('is unknown of less than half a day, and does not reach across a gap', () => {
    expect(peakSpeed(columnOf({ id: 'x', gap_s: 7200, t: [0, HOUR], v: [1.05, 1.049] }))).toBeNull()
    expect(peakSpeed(columnOf({ id: 'x', gap_s: 7200, t: [0, 9 * DAY], v: [1.05, 1.01] }))).toBeNull()
  })
})

test('the table leaves out what nobody knows of any batch', () => {
  const items = aligned([courseOf('A', { beer: column(9, () => 18, START) }), courseOf('B', {})], 'start')
  const rows = rowsOf(items, 'C')
  const named = (name: string) => rows.find((row) => row.name === name)?.values
  expect(named('Mean temperature')).toEqual(['18.0\u00a0°C', null])
  expect(named('Original gravity')).toEqual(['1.052', '1.052'])
  expect(named('Peak speed, SG a day')).toBeUndefined()
})
