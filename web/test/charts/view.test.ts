import { describe, expect, test } from 'vitest'
import { between, endsNow, panBy, within, zoomAt } from '../../src/charts/view'
import { YRange } from '../../src/charts/yrange'
import { fromCelsius, toCelsius } from '../../src/units/temperature'

const BOUNDS = { earliest: 0, latest: 10_000_000 }
const VIEW = { from: 4_000_000, to: 6_000_000 }

describe('zooming', () => {
  test('leaves the pointed instant where it is', () => {
    const near = zoomAt(VIEW, 4_500_000, 0.5, BOUNDS)
    expect(near).toEqual({ from: 4_250_000, to: 5_250_000 })
    expect((4_500_000 - near.from) / (near.to - near.from)).toBeCloseTo(0.25)
  })

  test('ends at all there is, and at a minute', () => {
    expect(zoomAt(VIEW, 5_000_000, 100, BOUNDS)).toEqual({ from: 0, to: 10_000_000 })
    const near = zoomAt(VIEW, 5_000_000, 1e-9, BOUNDS)
    expect(near.to - near.from).toBe(60_000)
  })
})

test('panning stops at the ends and keeps the span', () => {
  expect(panBy(VIEW, 1_000_000, BOUNDS)).toEqual({ from: 5_000_000, to: 7_000_000 })
  expect(panBy(VIEW, 99_000_000, BOUNDS)).toEqual({ from: 8_000_000, to: 10_000_000 })
  expect(panBy(VIEW, -99_000_000, BOUNDS)).toEqual({ from: 0, to: 2_000_000 })
})

test('a span marked backwards is the same span', () => {
  expect(between(2_000_000, 1_000_000, BOUNDS)).toEqual({ from: 1_000_000, to: 2_000_000 })
  expect(between(1_000_000, 1_000_001, BOUNDS)).toEqual({ from: 970_000.5, to: 1_030_000.5 })
})

test('whatever is asked for lies within the bounds', () => {
  for (let from = -3e6; from < 13e6; from += 0.77e6) {
    for (let span = 1e5; span < 2e7; span *= 2.1) {
      const view = within({ from, to: from + span }, BOUNDS)
      expect(view.from).toBeGreaterThanOrEqual(BOUNDS.earliest)
      expect(view.to).toBeLessThanOrEqual(BOUNDS.latest)
      expect(view.to).toBeGreaterThan(view.from)
    }
  }
})

test('a view that reaches the present moves with it', () => {
  expect(endsNow({ from: 0, to: 1000 }, 1001)).toBe(true)
  expect(endsNow({ from: 0, to: 1000 }, 1100)).toBe(false)
})

describe('the range of an axis', () => {
  const same = { shown: (v: number) => v, stored: (v: number) => v, least: 2 }

  test('is at least as high as its quantity deserves, on round steps', () => {
    const range = new YRange(same)
    range.include(19.1, 19.3)
    const { min, max, lines } = range.ends()
    expect(max - min).toBeGreaterThanOrEqual(2)
    expect(min).toBeLessThan(19.1)
    expect(lines.length).toBeGreaterThanOrEqual(4)
    expect(lines.length).toBeLessThanOrEqual(7)
  })

  test('has some air above and below', () => {
    const range = new YRange(same)
    range.include(10, 20)
    const { min, max } = range.ends()
    expect(min).toBeLessThanOrEqual(9.7)
    expect(max).toBeGreaterThanOrEqual(20.3)
  })

  test('grows, and shrinks only when begun anew', () => {
    const range = new YRange(same)
    range.include(10, 12)
    range.include(30, 31)
    range.include(11, 11)
    expect(range.ends().max).toBeGreaterThan(31)
    range.restart()
    range.include(11, 11)
    expect(range.ends().max).toBeLessThan(15)
  })

  test('is drawn in the person’s round numbers: 65, 70, 75, not 64.4', () => {
    const range = new YRange({ shown: (c) => fromCelsius(c, 'F'), stored: (f) => toCelsius(f, 'F'), least: 3.6 })
    range.include(18, 24)
    const shown = range.ends().lines.map((celsius) => Math.round(fromCelsius(celsius, 'F') * 1e6) / 1e6)
    expect(shown).toEqual([64, 66, 68, 70, 72, 74, 76])
  })

  test('stays as it is while data stays inside', () => {
    const range = new YRange(same)
    range.include(10, 20)
    const before = range.ends()
    range.include(9.9, 20.1)
    expect(range.ends()).toBe(before)
    range.include(9.9, 99)
    expect(range.ends().max).toBeGreaterThan(99)
  })

  test('has three to six steps and little waste, whatever it holds', () => {
    for (let span = 0.001; span < 5000; span *= 1.37) {
      for (let low = -3 * span; low < 3 * span; low += 0.31 * span) {
        const range = new YRange({ ...same, least: 0.001 })
        range.include(low, low + span)
        const { min, max, lines } = range.ends()
        expect(min).toBeLessThanOrEqual(low)
        expect(max).toBeGreaterThanOrEqual(low + span)
        expect(max - min).toBeLessThan(span * 2.2)
        expect(lines.length).toBeGreaterThanOrEqual(4)
        expect(lines.length).toBeLessThanOrEqual(7)
      }
    }
  })

  test('exists without data', () => {
    const range = new YRange({ ...same, empty: 1 })
    const { min, max } = range.ends()
    expect(min).toBeLessThanOrEqual(1)
    expect(max).toBeGreaterThan(min)
  })
})
