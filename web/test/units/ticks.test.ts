import { describe, expect, test } from 'vitest'
import { decimalsOf, grid, midnights, roundStep, timeTicks } from '../../src/units/ticks'

const ZONE = 'Europe/Copenhagen'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (iso: string) => Date.parse(iso)
const labels = (from: string, to: string, apart: number) => timeTicks(at(from), at(to), apart, ZONE).map((tick) => tick.label)

describe('time axis', () => {
  test('shows hours, and days where they begin', () => {
    expect(labels('2026-11-19T16:00:00Z', '2026-11-20T11:00:00Z', 2.5 * HOUR)).toEqual(['18:00', '21:00', 'Fri 20', '03:00', '06:00', '09:00', '12:00'])
  })

  test('shows seconds, minutes, days, weeks and months by its span', () => {
    expect(labels('2026-11-19T11:00:00Z', '2026-11-19T11:00:20Z', 4000)).toEqual(['12:00:00', '12:00:05', '12:00:10', '12:00:15', '12:00:20'])
    expect(labels('2026-11-19T11:00:00Z', '2026-11-19T11:20:00Z', 4 * 60_000)).toEqual(['12:00', '12:05', '12:10', '12:15', '12:20'])
    expect(labels('2026-11-17T12:00:00Z', '2026-11-20T12:00:00Z', 0.8 * DAY)).toEqual(['Wed 18', 'Thu 19', 'Fri 20'])
    expect(labels('2026-11-01T12:00:00Z', '2026-11-25T12:00:00Z', 3 * DAY)).toEqual(['Mon 2', 'Mon 9', 'Mon 16', 'Mon 23'])
    expect(labels('2026-10-20T00:00:00Z', '2027-02-20T00:00:00Z', 20 * DAY)).toEqual(['Nov', 'Dec', '2027', 'Feb'])
    expect(labels('2015-06-01T00:00:00Z', '2026-06-01T00:00:00Z', 700 * DAY).every((label) => /^20\d\d$/.test(label))).toBe(true)
  })

  test('follows the clocks on days of 23 and 25 hours', () => {
    expect(labels('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 5 * HOUR)).toEqual(['Sun 29', '06:00', '12:00', '18:00', 'Mon 30'])
    expect(labels('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 5 * HOUR)).toEqual(['Sun 25', '06:00', '12:00', '18:00', 'Mon 26'])
  })

  test('ticks rise, stay inside and keep their distance, whatever is looked at', () => {
    for (let span = 10_000; span < 5 * 365 * DAY; span *= 2.3) {
      const from = at('2026-03-27T07:13:00Z')
      const ticks = timeTicks(from, from + span, span / 9, ZONE)
      ticks.forEach((tick, i) => {
        expect(tick.t).toBeGreaterThanOrEqual(from)
        expect(tick.t).toBeLessThanOrEqual(from + span)
        if (i > 0) expect(tick.t - (ticks[i - 1]?.t ?? 0)).toBeGreaterThanOrEqual((span / 9) * 0.6)
      })
      expect(ticks.length).toBeLessThanOrEqual(11)
    }
  })

  test('the same places stay marked while the axis moves', () => {
    const of = (from: string) => new Set(timeTicks(at(from), at(from) + 30 * DAY, 3 * DAY, ZONE).map((tick) => tick.t))
    const [one, other] = [of('2026-11-01T00:00:00Z'), of('2026-11-03T05:00:00Z')]
    const shared = [...one].filter((t) => t >= at('2026-11-03T05:00:00Z'))
    expect(shared.every((t) => other.has(t))).toBe(true)
  })
})

test('midnights lie between two instants', () => {
  expect(midnights(at('2026-11-19T23:00:00Z'), at('2026-11-20T23:00:00Z'), ZONE)).toEqual([at('2026-11-19T23:00:00Z'), at('2026-11-20T23:00:00Z')])
})

describe('value axis', () => {
  test('steps by one, two or five', () => {
    expect(roundStep(10, 5)).toBe(2)
    expect(roundStep(24, 5)).toBe(5)
    expect(roundStep(0.011, 5)).toBeCloseTo(0.005)
    expect(roundStep(45, 5)).toBe(10)
  })

  test('knows how many decimals its labels need', () => {
    expect([5, 1, 0.5, 0.2, 0.05, 0.002].map(decimalsOf)).toEqual([0, 0, 1, 1, 2, 3])
  })

  test('lines are multiples of the step', () => {
    expect(grid(-1, 1, 0.5)).toEqual([-1, -0.5, 0, 0.5, 1])
  })
})
