import { describe, expect, test } from 'vitest'
import { DRIFT_PX, groupsOf, rowOf, spanOf, timeSaid } from '../../../src/panels/chamber/quantities'
import type { Doubted, Learned } from '../../../src/state/learned.svelte'

type Part = Pick<Learned, 'quantities' | 'history'>

const DAY = 86_400_000
const START = Date.parse('2026-11-14T12:00:00Z')
const doubted = (value: number, low: number, high: number): Doubted => ({ value, low, high })
const learned = (quantities: Record<string, Doubted>, history: Learned['history'] = []): Part => ({ quantities, history })
const course = (name: string, ...values: number[]): Learned['history'] =>
  values.map((value, i) => ({ at: new Date(START + i * DAY).toISOString(), quantities: { [name]: value } }))
const row = (name: string, quantity: Doubted, { unit = 'C' as 'C' | 'F', history = [] as Learned['history'] } = {}) =>
  rowOf(learned({ [name]: quantity }, history), name, unit)

describe('a quantity', () => {
  test('a rate has two figures, and its unit once', () => {
    expect(row('cooling_c_h', doubted(2.31, 2.12, 2.5))).toMatchObject({ title: 'Cooling power', said: '2.3\u00a0°C/h', between: '2.1 to 2.5\u00a0°C/h' })
    expect(row('fermentation_c_h', doubted(0.036, -0.01, 0.05))).toMatchObject({ said: '0.04\u00a0°C/h', between: '\u22120.01 to 0.05\u00a0°C/h' })
    expect(row('cooling_c_h', doubted(14.6, 12, 17))?.said).toBe('15\u00a0°C/h')
  })

  test('a rate is a difference in °F, a room a temperature', () => {
    expect(row('heating_c_h', doubted(1, 0.5, 1.5), { unit: 'F' })).toMatchObject({ said: '1.8\u00a0°F/h', between: '0.90 to 2.7\u00a0°F/h' })
    expect(row('ambient_c', doubted(20, 19, 21), { unit: 'F' })).toMatchObject({ said: '68.0\u00a0°F', between: '66.2 to 69.8\u00a0°F' })
  })

  test('a delay is a time', () => {
    expect(row('store_lag_h', doubted(0.46, 0.39, 0.53))).toMatchObject({ said: '28\u00a0min', between: '23\u00a0min to 32\u00a0min' })
    expect(row('beer_probe_lag_s', doubted(61, 52, 70))?.said).toBe('61\u00a0s')
  })

  test.each([
    [0.13, '0\u00a0s'],
    [48.4, '48\u00a0s'],
    [145, '2\u00a0min'],
    [6120, '1\u00a0h\u00a042\u00a0min'],
    [26.4 * 3600, '1\u00a0d\u00a02\u00a0h'],
    [11.4 * 86_400, '11\u00a0d'],
  ])('%s s is an estimate of %s', (seconds, said) => {
    expect(timeSaid(seconds)).toBe(said)
  })

  test('it is known as well as its limits are close', () => {
    const sureness = (name: string, ...[value, low, high]: [number, number, number]) => row(name, doubted(value, low, high))?.sureness
    expect(sureness('cooling_c_h', 2, 1.8, 2.2)).toBe('well')
    expect(sureness('cooling_c_h', 2, 1.2, 2.8)).toBe('roughly')
    expect(sureness('cooling_c_h', 2, 0.5, 5)).toBe('hardly')
    expect(sureness('ambient_c', 0, -0.5, 0.5)).toBe('well')
    expect(sureness('ambient_c', 16, 14.5, 17.5)).toBe('roughly')
    expect(sureness('ambient_c', 16, 8, 24)).toBe('hardly')
    expect(sureness('fermentation_c_h', 0, -0.005, 0.005)).toBe('well')
    expect(sureness('loss_h', 0, 0, 0)).toBe('hardly')
  })

  test('its bar begins at nothing and has air above', () => {
    const bar = row('cooling_c_h', doubted(2, 1, 4))?.bar
    expect(bar?.high).toBeCloseTo(1 / 1.15)
    expect(bar?.value).toBeCloseTo(0.5 / 1.15)
    expect(bar?.low).toBeCloseTo(0.25 / 1.15)
  })

  test('a bar stays on its track, whatever the numbers', () => {
    for (const [value, low, high] of [[0, 0, 0], [-1, -2, -0.5], [0, -3, 3], [5, 5, 5], [1e9, 0, 1e12]] as const) {
      for (const name of ['cooling_c_h', 'ambient_c', 'loss_h', 'strange']) {
        const bar = row(name, doubted(value, low, high))?.bar
        expect(bar && Object.values(bar).every((at) => at >= 0 && at <= 1)).toBe(true)
        expect(bar && bar.low <= bar.value && bar.value <= bar.high).toBe(true)
      }
    }
  })

  test('one that is no number is left out', () => {
    expect(row('cooling_c_h', doubted(NaN, 0, 1))).toBeNull()
    expect(rowOf(learned({}), 'cooling_c_h', 'C')).toBeNull()
  })

  test('one that the page does not know is told by its own name', () => {
    expect(row('glycol_flow', doubted(3, 2, 4))).toMatchObject({ title: 'Glycol flow', why: '', said: '3.0', between: '2.0 to 4.0' })
  })
})

describe('its course', () => {
  const drift = (name: string, ...values: number[]) => row(name, doubted(values.at(-1) ?? 0, 0, 1), { history: course(name, ...values) })?.drift

  test('is not there before there are two points of it', () => {
    expect(drift('cooling_c_h')).toBeNull()
    expect(drift('cooling_c_h', 2)).toBeNull()
    expect(row('cooling_c_h', doubted(1, 0, 2), { history: course('loss_h', 1, 2) })?.drift).toBeNull()
  })

  test('says where it came from, or that it stands', () => {
    expect(drift('cooling_c_h', 2.6, 2.4, 2.3)?.said).toBe('was 2.6\u00a0°C/h')
    expect(drift('cooling_c_h', 2.3, 2.8, 2.35)?.said).toBe('steady')
    expect(drift('heater_lag_h', 0.105, 0.092)?.said).toBe('steady')
    expect(drift('ambient_c', 16, 16.4)?.said).toBe('steady')
    expect(drift('ambient_c', 0, 0.9)?.said).toBe('was 0.0\u00a0°C')
  })

  test('is drawn in order, inside its field', () => {
    const found = row('loss_h', doubted(30, 20, 40), { history: course('loss_h', 10, 30, 20).reverse() })?.drift
    const points = [...(found?.path ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
    expect(points).toHaveLength(3)
    expect(points.map(([x]) => x)).toEqual([...points.map(([x]) => x)].sort((a, b) => a - b))
    expect(points.every(([x, y]) => x >= 0 && x <= DRIFT_PX.width && y >= 0 && y <= DRIFT_PX.height)).toBe(true)
    expect(points[1]?.[1]).toBeLessThan(points[0]?.[1] ?? 0)
  })

  test('does not make a mountain of what hardly moves', () => {
    const found = drift('cooling_c_h', 2, 2.02, 2)
    const heights = [...(found?.path ?? '').matchAll(/ ([\d.]+)/g)].map(([, y]) => Number(y))
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(2)
  })

  test('spans the whole history', () => {
    expect(spanOf({ history: course('loss_h', 1, 2, 3) })).toBe((2 * DAY) / 1000)
    expect(spanOf({ history: [] })).toBe(0)
  })
})

test('what is known stands in its group, in the page’s order; groups of nothing are left out', () => {
  const found = groupsOf(learned({ new_thing: doubted(1, 0, 2), store_lag_h: doubted(1, 0, 2), loss_h: doubted(1, 0, 2), cooling_c_h: doubted(1, 0, 2) }), 'C')
  expect(found.map(({ group, rows }) => [group, rows.map(({ name }) => name)])).toEqual([
    ['power', ['cooling_c_h', 'loss_h']],
    ['delay', ['store_lag_h', 'new_thing']],
  ])
  expect(groupsOf(learned({}), 'C')).toEqual([])
})
