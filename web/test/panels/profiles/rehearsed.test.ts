import { describe, expect, test } from 'vitest'
import { areaWithin, lineWithin } from '../../../src/charts/band'
import { bandOf, fateSaid, fatesOf, halfWidth, sentence } from '../../../src/panels/profiles/rehearsed'
import type { Rehearsal } from '../../../src/state/server'
import type { Placed } from '../../../src/state/timeline'

const HOUR = 3_600_000
const T0 = Date.UTC(2026, 10, 22)
const at = (hours: number) => new Date(T0 + hours * HOUR).toISOString()
const ends = (...hours: number[]) => hours.map((one) => ({ end: T0 + one * HOUR })) as unknown as Placed[]

function rehearsal(steps: Rehearsal['steps']): Rehearsal {
  const t = [0, 1, 2, 3].map((hour) => T0 + hour * HOUR)
  return { t, setpoint: [18, 18, 20, 20], beer: { low: [18, 18, 18.6, 19], mean: [18, 18, 19, 20], high: [18, 18.2, 19.6, 20.2] }, steps, starts_per_day: 12, kwh: 1.5, warnings: [] }
}

describe('how steps fare', () => {
  const steps = [
    { reached_at: null, late_h: null },
    { reached_at: at(1), late_h: 0.2 },
    { reached_at: at(2.5), late_h: 7.8 },
    { reached_at: null, late_h: null },
  ]
  const fates = fatesOf(rehearsal(steps), ends(-1, 1, 2, Infinity))

  test('what was over is told apart from what is never reached', () => {
    expect(fates).toEqual(['over', 'in time', 'late', 'missed'])
  })

  test('each is said in a few words', () => {
    expect(fates.map((fate, i) => fateSaid(fate, steps[i]?.late_h ?? null).replaceAll('\u00a0', ' '))).toEqual(['over', 'in time', '8 h late', 'not reached'])
    expect(fateSaid('late', 1.6).replaceAll('\u00a0', ' ')).toBe('1 h 30 min late')
  })

  test('the worst makes the sentence', () => {
    expect(sentence(fates, 'North').replaceAll('\u00a0', ' ')).toBe('On North 1 step is not reached.')
    expect(sentence(['late', 'late'], 'North').replaceAll('\u00a0', ' ')).toBe('On North 2 steps come late.')
    expect(sentence(['in time', 'over'], 'North')).toBe('On North every step is reached in time.')
  })
})

describe('the band', () => {
  test('a step is marked where the beer then is', () => {
    const { marks } = bandOf(rehearsal([{ reached_at: at(2.5), late_h: 0 }, { reached_at: null, late_h: null }, { reached_at: at(9), late_h: 6 }]))
    expect(marks).toEqual([{ t: T0 + 2.5 * HOUR, c: 19.5 }, { t: T0 + 9 * HOUR, c: 20 }])
  })

  test('its half width is that in the middle', () => {
    expect(halfWidth(rehearsal([]).beer)).toBeCloseTo(0.5)
    expect(halfWidth({ low: [], mean: [], high: [] })).toBe(0)
  })

  test('it is drawn there and back, with a corner beyond either edge', () => {
    const band = bandOf(rehearsal([]))
    const view = { from: T0 + 1.2 * HOUR, to: T0 + 1.8 * HOUR }
    expect(lineWithin(band.t, band.mean, view).map(({ c }) => c)).toEqual([18, 19])
    expect(areaWithin(band, view).map(({ c }) => c)).toEqual([18.2, 19.6, 18.6, 18])
  })
})
