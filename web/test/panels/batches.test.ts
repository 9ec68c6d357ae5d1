import { describe, expect, test } from 'vitest'
import { columnOf } from '../../src/state/columns'
import { completeSaid, factsOf, fits, gravitySpan, MOST, ordered, ticked, whichOf } from '../../src/panels/batches/brew'
import { changesIn, planOf, typedOf, wrongIn } from '../../src/panels/batches/form'
import { mini } from '../../src/panels/batches/mini'
import { dayField, momentOf } from '../../src/panels/batches/moment'
import { batchOf } from './brews'

describe('the list of batches', () => {
  test('puts what runs first, then what is planned, then what is over, the latest first in each', () => {
    const old = batchOf({ id: 'old', state: 'finished', started_at: '2025-01-01T00:00:00Z' })
    const young = batchOf({ id: 'young', state: 'finished', started_at: '2026-01-01T00:00:00Z' })
    const plan = batchOf({ id: 'plan', state: 'planned', started_at: null })
    expect(ordered([old, plan, young, batchOf()]).map(({ id }) => id)).toEqual(['harvest', 'plan', 'young', 'old'])
  })

  test('counts a paused batch as running, and an imported one by where it came from', () => {
    expect(fits(batchOf({ state: 'paused' }), 'running')).toBe(true)
    expect(fits(batchOf({ state: 'planned' }), 'running')).toBe(false)
    expect(fits(batchOf({ source: 'brewpi' }), 'imported')).toBe(true)
    expect(fits(batchOf(), 'imported')).toBe(false)
  })

  test('shows everything when the address asks for what there is not', () => {
    expect(whichOf('finished')).toBe('finished')
    expect(whichOf('tasty')).toBe('all')
  })

  test('lets no more be compared than can be told apart', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f']
    expect(six).toHaveLength(MOST)
    expect(ticked(six, 'g')).toEqual(six)
    expect(ticked(six, 'c')).toEqual(['a', 'b', 'd', 'e', 'f'])
    expect(ticked(['a'], 'b')).toEqual(['a', 'b'])
  })

  test('says gravities as far as they are known', () => {
    expect(gravitySpan(batchOf())).toBe('1.052 – 1.021')
    expect(gravitySpan(batchOf({ original_gravity: null }))).toBe('1.050 – 1.021')
    expect(gravitySpan(batchOf({ latest_gravity: null }))).toBe('1.052')
    expect(gravitySpan(batchOf({ original_gravity: null, first_gravity: null, latest_gravity: null }))).toBeNull()
  })
})

test('completeness is never rounded up to all of it', () => {
  expect(completeSaid(99.97)).toBe('99.9\u00a0%')
  expect(completeSaid(100)).toBe('100\u00a0%')
  expect(completeSaid(null)).toBeNull()
})

test('facts that nobody knows are left out', () => {
  const names = factsOf(batchOf({ abv: null, yeast: '' })).map(({ name }) => name)
  expect(names).toContain('Original gravity')
  expect(names).not.toContain('Alcohol')
  expect(names).not.toContain('Yeast')
  expect(names).not.toContain('Target gravity')
})

describe('the form of a batch', () => {
  test('gives back what it was given', () => {
    const { name, vessel, style, yeast, volume_l, original_gravity, target_gravity } = batchOf()
    expect(planOf(typedOf(batchOf()))).toEqual({ name, vessel, style, yeast, volume_l, original_gravity, target_gravity })
  })

  test('sends only what is other than before', () => {
    const before = planOf(typedOf(batchOf()))
    expect(changesIn(before, planOf({ ...typedOf(batchOf()), volume: '', original: '1,060' }))).toEqual({ volume_l: null, original_gravity: 1.06 })
  })

  test('says field by field what is wrong', () => {
    const fields = { name: ' ', vessel: '', style: '', yeast: '', volume: 'a lot', original: '1052', target: '1.010' }
    expect(Object.keys(wrongIn(fields, true)).sort()).toEqual(['name', 'original', 'vessel', 'volume'])
    expect(wrongIn({ ...fields, name: 'Stout', volume: '', original: '' }, false)).toEqual({})
  })
})

describe('a moment that was typed', () => {
  test('is read on the clock of the site, with seconds or without', () => {
    expect(momentOf('2026-11-20', '18:42', 'Europe/Copenhagen')).toBe(Date.UTC(2026, 10, 20, 17, 42))
    expect(momentOf('2026-07-01', '9.05', 'Europe/Copenhagen')).toBe(Date.UTC(2026, 6, 1, 7, 5))
    expect(momentOf('2026-11-20', '18:42:07', 'UTC')).toBe(Date.UTC(2026, 10, 20, 18, 42, 7))
  })

  test('is none when either part cannot be read', () => {
    expect(momentOf('', '18:42', 'UTC')).toBeNull()
    expect(momentOf('2026-11-20', '25:00', 'UTC')).toBeNull()
    expect(momentOf('2026-11-20', 'noon', 'UTC')).toBeNull()
  })

  test('stands in a field of days as the site counts them', () => {
    expect(dayField(Date.UTC(2026, 10, 20, 23, 30), 'Europe/Copenhagen')).toBe('2026-11-21')
  })
})

test('a little curve stays inside its field and breaks at gaps', () => {
  const t = [0, 100, 200, 1000, 1100]
  const path = mini(columnOf({ id: 'a', gap_s: 0.3, t, v: [1.05, 1.04, 1.03, 1.02, 1.01] }), { width: 100, height: 30, role: 'gravity' })
  const places = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
  expect(places).toHaveLength(5)
  expect(places.every(([x, y]) => x >= 0 && x <= 100 && y >= 0 && y <= 30)).toBe(true)
  expect(path.match(/M/g)).toHaveLength(2)
  expect(mini(columnOf({ id: 'a', gap_s: null, t: [], v: [] }), { width: 100, height: 30, role: 'beer' })).toBe('')
})
