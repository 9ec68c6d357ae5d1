import { describe, expect, test } from 'vitest'
import { batchSaid, overviewSentence, plainSentence } from '../../src/panels/sentence'
import { beerSetpoint, levelSaid, type Reader, truthsOf } from '../../src/panels/truths'
import { slopeADay } from '../../src/panels/slope'
import { columnOf } from '../../src/state/columns'
import type { Batch } from '../../src/state/server'
import { NOW, vesselOf } from './vessels'

const reader = (change: Partial<Reader> = {}): Reader => ({
  now: NOW,
  speed: 1,
  isLinkUp: true,
  code: undefined,
  isAgentAway: false,
  unit: 'C',
  zone: 'Europe/Copenhagen',
  self: 'Ben',
  ...change,
})
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const told = (...given: Parameters<typeof truthsOf>) =>
  truthsOf(...given).map(({ name, value, small, standing }) => [name, plain(value), plain(small), standing])

describe('the four truths', () => {
  test('agree without colour', () => {
    expect(told(vesselOf(), reader())).toEqual([
      ['Requested', '19.2 °C', 'Anna, 14:02', 'agreed'],
      ['Accepted', '19.2 °C', 'cellar-pi, revision 18', 'agreed'],
      ['Demanded', 'Heat 28 %', 'Beer is 0.03 °C below.', 'agreed'],
      ['Observed', 'Heater on', 'chamber 19.6 °C', 'agreed'],
    ])
  })

  test('a wish on its way moves no other number', () => {
    const { accepted, requested } = vesselOf()
    const vessel = vesselOf({
      requested: { ...requested, revision: 19, value: 20, by: 'Ben', at: '2026-11-20T17:42:04Z', reason: 'dry hop' },
      accepted: { ...accepted, state: 'waiting' },
    })
    expect(told(vessel, reader()).slice(0, 2)).toEqual([
      ['Requested', '20.0 °C', 'you, just now · dry hop', 'agreed'],
      ['Accepted', 'still 19.2 °C', 'waiting for cellar-pi, 3 s', 'waiting'],
    ])
  })

  test('a refusal stands where the answer was expected', () => {
    const vessel = vesselOf({ accepted: { ...vesselOf().accepted, state: 'rejected', detail: '31 °C is above this vessel’s limit.' } })
    expect(told(vessel, reader())[1]).toEqual(['Accepted', 'still 19.2 °C', '31 °C is above this vessel’s limit.', 'refused'])
  })

  test('with the agent away the last answer has its time, and what is too old is unknown', () => {
    const vessel = vesselOf({ observed: { ...vesselOf().observed, stale: true } })
    expect(told(vessel, reader({ isAgentAway: true })).slice(1)).toEqual([
      ['Accepted', '19.2 °C', '14:02, before it went away', 'away'],
      ['Demanded', 'unknown', 'since 18:42', 'unknown'],
      ['Observed', 'unknown', 'last: heater on', 'unknown'],
    ])
  })

  test('what holds an output back is said while it waits', () => {
    expect(told(vesselOf(), reader({ code: { code: 6, since: null } }))[2]).toEqual(['Demanded', 'Heat 28 %', 'Heater runs 90 s more.', 'agreed'])
  })

  test('heater and cooler together contradict', () => {
    const vessel = vesselOf({ observed: { ...vesselOf().observed, cool: true } })
    expect(told(vessel, reader())[3]?.[3]).toBe('contradicts')
  })

  test('speak of the chamber and of nothing', () => {
    const { accepted, requested } = vesselOf()
    const chamber = vesselOf({ requested: { ...requested, mode: 'chamber', value: 12 }, demanded: { heat: 0, cool: 0.5, why: [], at: null } })
    expect(told(chamber, reader({ unit: 'F' }))[0]?.[1]).toBe('chamber 53.6 °F')
    expect(told(chamber, reader())[2]?.slice(1, 3)).toEqual(['Cool 50 %', ''])
    const off = vesselOf({ accepted: { ...accepted, mode: 'off', value: null }, demanded: { heat: 0, cool: 0, why: ['Control is off.'], at: null } })
    expect(told(off, reader()).slice(1, 3).map((one) => one[1])).toEqual(['Off', 'Nothing'])
    expect(beerSetpoint(off)).toBeNull()
    expect(beerSetpoint(vesselOf())).toBe(19.2)
  })

  test.each([
    [true, false, 'Heater on'],
    [false, true, 'Cooler on'],
    [true, true, 'Both on'],
    [false, null, 'All off'],
    [null, null, 'unknown'],
  ])('outputs %s and %s are %s', (heat, cool, wanted) => {
    expect(levelSaid(heat, cool)).toBe(wanted)
  })
})

describe('plain sentences', () => {
  const at = { unit: 'C', now: NOW, speed: 1 } as const

  test('say what a vessel is about', () => {
    const { accepted, observed } = vesselOf()
    expect(plain(plainSentence(vesselOf(), 'heating', false, at))).toBe('Holds the beer at 19.2 °C')
    expect(plain(plainSentence(vesselOf({ observed: { ...observed, beer: 12 } }), 'heating', false, at))).toBe('Brings the beer to 19.2 °C')
    expect(plain(plainSentence(vesselOf({ accepted: { ...accepted, mode: 'chamber', value: 4 } }), 'cooling', false, at))).toBe('Brings the chamber to 4.0 °C')
    expect(plainSentence(vesselOf({ accepted: { ...accepted, mode: 'off', value: null } }), 'off', false, at)).toBe('Off: neither heats nor cools')
    const following = { ...accepted, mode: 'profile' as const, profile: 'ale' }
    expect(plain(plainSentence(vesselOf({ accepted: { ...following, value: 19.4 } }), 'idle', false, at))).toBe('Follows its profile, now 19.4 °C')
    expect(plainSentence(vesselOf({ accepted: { ...following, value: null } }), 'idle', false, at)).toBe('Follows its profile')
  })

  test('say first what needs a person', () => {
    expect(plainSentence(vesselOf(), 'stale', true, at)).toContain('cellar-pi is away')
    expect(plainSentence(vesselOf(), 'stale', false, at)).toBe('Nothing new is heard of it')
    const refused = vesselOf({ accepted: { ...vesselOf().accepted, state: 'rejected', detail: 'Too hot.' } })
    expect(plainSentence(refused, 'refused', false, at)).toBe('Setpoint refused: Too hot.')
  })

  test('mention an answer only when it is long in coming', () => {
    const asked = (at: string) => vesselOf({ requested: { ...vesselOf().requested, at }, accepted: { ...vesselOf().accepted, state: 'waiting' } })
    expect(plainSentence(asked('2026-11-20T17:42:06Z'), 'heating', false, at)).toContain('Holds')
    expect(plainSentence(asked('2026-11-20T17:42:01Z'), 'heating', false, at)).toContain('Waits for cellar-pi')
  })

  test.each([
    [[], 'No vessel yet', ''],
    [['heating'], 'One on course', ''],
    [['heating', 'idle', 'off'], 'Two on course', ''],
    [['off'], 'The vessel is off', ''],
    [['off', 'off'], 'All vessels are off', ''],
    [['stale', 'heating', 'idle'], 'One vessel needs you', '2 on course'],
    [['stale', 'refused'], 'Two vessels need you', ''],
  ] as const)('of %j the first line is %s', (situations, title, rest) => {
    expect(overviewSentence(situations.map((situation) => ({ situation, isAgentAway: false })))).toEqual({ title, rest })
  })

  test('name a batch and its day', () => {
    const batch = { name: 'Harvest Pale Ale', started_at: '2026-11-17T10:30:00Z' } as Batch
    expect(plain(batchSaid(batch, NOW, 'Europe/Copenhagen') ?? '')).toBe('Harvest Pale Ale · day 4')
    expect(batchSaid(undefined, NOW, 'UTC')).toBeNull()
  })
})

describe('the fall of gravity', () => {
  const DAY = 86_400_000
  const source = (t: number[], v: number[]) => ({ column: () => columnOf({ id: 'g', gap_s: null, t, v }) })

  test('is told a day', () => {
    const t = Array.from({ length: 97 }, (_, i) => (i * DAY) / 96)
    expect(slopeADay(source(t, t.map((at) => 1.05 - (0.012 * at) / DAY)), 'g')).toBeCloseTo(0.012, 4)
  })

  test('is not told from a few hours, nor without a hydrometer', () => {
    expect(slopeADay(source([0, DAY / 8], [1.05, 1.04]), 'g')).toBeNull()
    expect(slopeADay(source([], []), undefined)).toBeNull()
  })
})
