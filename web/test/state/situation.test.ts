import { describe, expect, test } from 'vitest'
import { columnOf } from '../../src/state/columns'
import { lastRun } from '../../src/state/doing.svelte'
import { doingOf, isStale, needsPerson, situationOf, type Surroundings } from '../../src/state/situation'
import { NOW, vesselOf } from '../panels/vessels'

const around = (change: Partial<Surroundings> = {}): Surroundings => ({ now: NOW, speed: 1, isLinkUp: true, code: undefined, ...change })
const code = (value: number, since: number | null = null) => ({ code: value, since })

describe('what a vessel does', () => {
  test.each([
    [0, 'idle'],
    [1, 'off'],
    [3, 'heating'],
    [4, 'cooling'],
    [5, 'waiting-cool'],
    [6, 'waiting-heat'],
    [7, 'waiting-peak'],
    [8, 'cooling'],
    [9, 'heating'],
  ])('is told by the code %d: %s', (value, wanted) => {
    expect(doingOf(vesselOf(), code(value))).toBe(wanted)
  })

  test('is seen by its outputs when no code is known', () => {
    const observed = vesselOf().observed
    expect(doingOf(vesselOf(), code(2))).toBe('heating')
    expect(doingOf(vesselOf({ observed: { ...observed, heat: false, cool: true } }), undefined)).toBe('cooling')
    expect(doingOf(vesselOf({ observed: { ...observed, heat: false } }), undefined)).toBe('idle')
    expect(doingOf(vesselOf({ observed: { ...observed, heat: null, cool: null } }), undefined)).toBe('unknown')
  })

  test('is off when it was told to be and nothing runs', () => {
    const vessel = vesselOf()
    const off = vesselOf({ accepted: { ...vessel.accepted, mode: 'off', value: null }, observed: { ...vessel.observed, heat: false } })
    expect(doingOf(off, undefined)).toBe('off')
  })
})

describe('the most important thing to say', () => {
  test('is how long it has been heating', () => {
    expect(situationOf(vesselOf(), around({ code: code(3, NOW - 240_000) }))).toEqual({ situation: 'heating', forS: 240 })
  })

  test('has no duration when that is longer than is known', () => {
    expect(situationOf(vesselOf(), around({ code: code(3) })).forS).toBeNull()
  })

  test('is a refusal before what it does', () => {
    const refused = vesselOf({ accepted: { ...vesselOf().accepted, state: 'rejected', detail: 'too hot' } })
    expect(situationOf(refused, around()).situation).toBe('refused')
  })

  test('is its age before anything else', () => {
    const stale = vesselOf({ observed: { ...vesselOf().observed, stale: true, at: '2026-11-20T17:30:07Z' } })
    expect(situationOf(stale, around({ code: code(3) }))).toEqual({ situation: 'stale', forS: 720 })
  })
})

describe('age', () => {
  test('is the server’s to judge while the link is up', () => {
    expect(isStale(vesselOf(), around({ now: NOW + 3_600_000 }))).toBe(false)
  })

  test('is ours to judge when it is down', () => {
    const down = { isLinkUp: false }
    expect(isStale(vesselOf(), around(down))).toBe(false)
    expect(isStale(vesselOf(), around({ ...down, now: NOW + 31_000 }))).toBe(true)
    expect(isStale(vesselOf(), around({ ...down, now: NOW + 31_000, speed: 100 }))).toBe(false)
    expect(isStale(vesselOf({ observed: { ...vesselOf().observed, at: null } }), around(down))).toBe(true)
  })
})

test('a person is needed when something is silent, refused or away', () => {
  expect(needsPerson('heating', false)).toBe(false)
  expect(needsPerson('heating', true)).toBe(true)
  expect(needsPerson('stale', false)).toBe(true)
  expect(needsPerson('refused', false)).toBe(true)
})

describe('the last run of a code', () => {
  const column = (v: number[], gap_s: number | null = null) => columnOf({ id: 's', gap_s, t: v.map((_, i) => i * 60_000), v })

  test('began with its first row', () => {
    expect(lastRun(column([0, 0, 3, 3, 3]))).toEqual({ code: 3, since: 120_000 })
  })

  test('that fills the column began at an unknown time', () => {
    expect(lastRun(column([3, 3, 3]))).toEqual({ code: 3, since: null })
  })

  test('is not told across a gap', () => {
    expect(lastRun(columnOf({ id: 's', gap_s: 100, t: [0, 60_000, 600_000], v: [3, 3, 3] }))).toEqual({ code: 3, since: 600_000 })
  })

  test('is nothing in an empty column', () => {
    expect(lastRun(column([]))).toBeNull()
  })
})
