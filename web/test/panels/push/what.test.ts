import { describe, expect, test } from 'vitest'
import { chosenAs, isNothing, partsOf, sensorChoices, settledWhat, ticked, usualWhat, whatSaid, withLost } from '../../../src/panels/push/what'
import type { Selection } from '../../../src/state/push.svelte'
import type { Device, Series } from '../../../src/state/server'

const LATEST = { takes: ['vessels', 'sensors'] } as const
const EVERY = { takes: ['vessels', 'sensors', 'series'] } as const
const what = (change: Partial<Selection> = {}): Selection => ({ vessels: 'all', sensors: 'all', batches: 'none', series: 'none', ...change })
const choices = ['a', 'b'].map((id) => ({ id, name: id, aside: '' }))

describe('what goes to a target', () => {
  test('is asked as far as the service takes it; batches only where not all vessels go', () => {
    expect(partsOf(LATEST, what())).toEqual(['vessels', 'sensors'])
    expect(partsOf(EVERY, what({ vessels: 'none' }))).toEqual(['vessels', 'sensors', 'batches', 'series'])
    expect(partsOf({ takes: ['sensors'] }, what({ vessels: 'none' }))).toEqual(['sensors'])
  })

  test('is everything but single series at first', () => {
    expect(usualWhat(EVERY)).toEqual(what())
    expect(usualWhat({ takes: ['sensors'] })).toEqual(what({ vessels: 'none' }))
    expect(usualWhat({ takes: ['series'] })).toEqual(what({ vessels: 'none', sensors: 'none', series: 'all' }))
  })

  test('holds nothing that nobody was asked about', () => {
    expect(settledWhat(LATEST, what({ batches: ['pale'], series: 'all' }))).toEqual(what())
    expect(settledWhat(LATEST, what({ vessels: [], batches: ['pale'] }))).toEqual(what({ vessels: [], batches: ['pale'] }))
  })

  test('may be nothing at all', () => {
    expect(isNothing(what({ vessels: [], sensors: 'none' }))).toBe(true)
    expect(isNothing(what({ vessels: [], sensors: ['s'] }))).toBe(false)
  })

  test('begins a list with what was chosen before', () => {
    expect(chosenAs('listed', 'all', choices)).toEqual(['a', 'b'])
    expect(chosenAs('listed', 'none', choices)).toEqual([])
    expect(chosenAs('none', ['a'], choices)).toBe('none')
    expect(ticked(['a'], 'b', true)).toEqual(['a', 'b'])
    expect(ticked(['a', 'b'], 'a', false)).toEqual(['b'])
  })

  test('shows what is chosen and not there any more', () => {
    expect(withLost(choices, ['b', 'gone']).map(({ id, aside }) => [id, aside])).toEqual([['a', ''], ['b', ''], ['gone', 'no longer there']])
  })

  test('is said in words', () => {
    expect(whatSaid(EVERY, what())).toBe('All vessels, all hydrometers')
    expect(whatSaid(EVERY, what({ vessels: ['a'], sensors: 'none', batches: ['p', 'q'], series: ['x'] })).replaceAll('\u00a0', ' ')).toBe('1 vessel, 2 batches, 1 single series')
    expect(whatSaid(undefined, what({ vessels: 'none', sensors: [] }))).toBe('Nothing')
  })
})

test('hydrometers are told by the titles of their devices, and vessels are none', () => {
  const series = (id: string, adapter: string, metric: string) => ({ id, adapter, node: `node-${id}`, metric, unit: metric === 'gravity' ? 'SG' : '°C' }) as Series
  const devices = [{ title: 'Red Tilt', series: { gravity: 's1' } }] as unknown as Device[]
  const all = [series('s2', 'ispindel', 'gravity'), series('s1', 'pi', 'gravity'), series('s3', 'pi', 'temperature'), series('s4', 'krausen', 'gravity')]
  expect(sensorChoices(all, devices)).toEqual([
    { id: 's2', name: 'node-s2', aside: 'ispindel' },
    { id: 's1', name: 'Red Tilt', aside: 'pi' },
  ])
})
