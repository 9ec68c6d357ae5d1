import { describe, expect, test } from 'vitest'
import { cornersOf, HOUR_MS, joined, layOut, meeting, placed, type StepShape, valueOf } from '../../src/state/timeline'

const at = (hours: number) => hours * HOUR_MS
const step = (kind: StepShape['kind'], temperature: number, hours: number | null = null, until: number | null = null): StepShape => ({ kind, temperature, hours, until })
const ALE = [step('hold', 18, 72), step('ramp', 21, 24), step('hold', 21, 48), step('ramp', 2, 24), step('hold', 2)]
const told = (steps: readonly StepShape[], to: number, pauses: { start: number; end: number }[] = []) => cornersOf(layOut(steps, 0, pauses), 0, at(to)).map(({ t, c }) => [t / HOUR_MS, c])

describe('steps laid out in time', () => {
  test('hold, go evenly, and stay', () => {
    expect(told(ALE, 200)).toEqual([[0, 18], [72, 18], [96, 21], [144, 21], [168, 2], [200, 2]])
  })

  test('a ramp lies between its ends', () => {
    const legs = layOut(ALE, 0)
    expect(valueOf(legs, at(84))).toBeCloseTo(19.5)
    expect(valueOf(legs, at(-5))).toBe(18)
    expect(valueOf(legs, at(900))).toBe(2)
  })

  test('a step is there at once, a jump is two corners', () => {
    expect(told([step('hold', 10, 4), step('step', 15), step('hold', 15, 4)], 12)).toEqual([[0, 10], [4, 10], [4, 15], [8, 15], [12, 15]])
  })

  test('a last step that ends is kept', () => {
    expect(told([step('ramp', 20, 5)], 10)).toEqual([[0, 20], [5, 20], [10, 20]])
  })

  test('a date ends a step, and one that is over takes no time', () => {
    const legs = layOut([step('hold', 10, null, at(6)), step('hold', 12, null, at(3)), step('hold', 14)], 0)
    expect(placed([step('hold', 10), step('hold', 12), step('hold', 14)], legs).map(({ start, end }) => [start, end])).toEqual([[0, at(6)], [at(6), at(6)], [at(6), Infinity]])
  })

  test('in a pause the course stands still and ends later', () => {
    expect(told([step('hold', 10, 2), step('ramp', 20, 10), step('hold', 20)], 20, [{ start: at(7), end: at(10) }])).toEqual([[0, 10], [2, 10], [7, 15], [10, 15], [15, 20], [20, 20]])
  })

  test('a ramp with a date is in time in spite of a pause', () => {
    expect(told([step('hold', 10, 2), step('ramp', 20, null, at(12)), step('hold', 20)], 14, [{ start: at(7), end: at(9) }])).toEqual([[0, 10], [2, 10], [7, 15], [9, 15], [12, 20], [14, 20]])
  })

  test('what is no number stays as it was, and nothing is drawn of nothing', () => {
    expect(told([step('hold', 10, 2), step('hold', NaN, 2), step('hold', 12)], 6)).toEqual([[0, 10], [2, 10], [4, 10], [4, 12], [6, 12]])
    expect(layOut([], 0)).toEqual([])
  })
})

describe('going over to another course', () => {
  test('meets a level course where the gap is closed at its pace', () => {
    expect(meeting(layOut([step('hold', 20)], 0), { t: at(5), c: 18 }, 1)).toEqual({ t: at(7), c: 20 })
    expect(meeting(layOut([step('hold', 20)], 0), { t: at(5), c: 23 }, 2)).toEqual({ t: at(6.5), c: 20 })
  })

  test('meets a ramp that comes towards it sooner than one that flees', () => {
    const towards = meeting(layOut([step('hold', 20, 0), step('ramp', 10, 10), step('hold', 10)], 0), { t: 0, c: 12 }, 1)
    expect(towards).toEqual({ t: at(4), c: 16 })
    const fleeing = meeting(layOut([step('hold', 14, 0), step('ramp', 19, 10), step('hold', 19)], 0), { t: 0, c: 12 }, 1)
    expect(fleeing.t).toBe(at(4))
  })

  test('never jumps, wherever the course is', () => {
    for (const c of [-5, 2, 17.9, 18, 25, 40]) {
      for (const t of [0, 30, 80, 97, 150, 300]) {
        const { corners, met } = joined(layOut(ALE, 0), { t: at(t), c }, 1, at(400))
        expect(corners[0]).toEqual({ t: at(t), c })
        expect(met.t).toBeGreaterThanOrEqual(at(t))
        expect(corners.every((corner, i) => i === 0 || corner.t >= (corners[i - 1]?.t ?? 0))).toBe(true)
        expect(corners.at(-1)?.c).toBe(2)
        for (const [i, corner] of corners.entries()) {
          const before = corners[i - 1]
          if (before && corner.t <= met.t) expect(Math.abs(corner.c - before.c)).toBeLessThanOrEqual((corner.t - before.t) / HOUR_MS + 1e-6)
        }
      }
    }
  })

  test('a course that is where the setpoint stands goes on as it is', () => {
    const { corners, met } = joined(layOut(ALE, 0), { t: at(84), c: 19.5 }, 1, at(150))
    expect(met.t).toBe(at(84))
    expect(corners.map(({ t, c }) => [t / HOUR_MS, c])).toEqual([[84, 19.5], [96, 21], [144, 21], [150, 16.25]])
  })
})
