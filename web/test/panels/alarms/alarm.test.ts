import { describe, expect, test } from 'vitest'
import { beside, evidenceOf, lifeOf, mayDo, ruleSaid, timeSaid } from '../../../src/panels/alarms/alarm'
import { needs } from '../../../src/panels/alarms/needs'
import { minutesOf } from '../../../src/panels/alarms/shelf'
import { overviewSentence } from '../../../src/panels/sentence'
import type { Rule } from '../../../src/state/pastalarms.svelte'
import { alarmOf } from './alarms'

const HOUR = 3_600_000
const SINCE = Date.parse('2026-11-20T17:00:00.000Z')
const reader = { now: SINCE + 4 * HOUR, zone: 'UTC' }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('the time of an alarm', () => {
  test('is how long it lasts', () => {
    expect(plain(timeSaid(alarmOf(), reader))).toBe('4 h')
  })

  test('is from when to when it lasted', () => {
    expect(timeSaid(alarmOf({ state: 'returned', cleared_at: '2026-11-20T17:48:00Z' }), reader)).toBe('17:00 – 17:48')
  })

  test('is until when it is shelved', () => {
    expect(timeSaid(alarmOf({ state: 'shelved', shelved_until: '2026-11-21T08:00:00Z' }), reader)).toBe('until Sat 08:00')
  })
})

describe('the life of an alarm', () => {
  test('is told in order, with who saw it and why', () => {
    const seen = alarmOf({ state: 'acknowledged', acknowledged_at: '2026-11-20T18:00:00Z', by: 'Anna', reason: 'warm hall' })
    expect(lifeOf(seen, reader).map(({ said, reason }) => [said, reason])).toEqual([
      ['Raised', ''],
      ['Acknowledged by Anna', 'warm hall'],
    ])
  })

  test('does not tell of one deed who did another', () => {
    const shelved = alarmOf({ state: 'shelved', acknowledged_at: '2026-11-20T18:00:00Z', at: '2026-11-20T19:00:00Z', shelved_until: '2026-11-20T22:00:00Z', by: 'Ben' })
    expect(lifeOf(shelved, reader).map(({ said }) => said)).toEqual(['Raised', 'Acknowledged', 'Shelved by Ben until 22:00'])
  })
})

test.each([
  ['unacknowledged', { acknowledge: true, shelve: true, unshelve: false }],
  ['returned', { acknowledge: true, shelve: false, unshelve: false }],
  ['acknowledged', { acknowledge: false, shelve: true, unshelve: false }],
  ['shelved', { acknowledge: false, shelve: false, unshelve: true }],
  ['normal', { acknowledge: false, shelve: false, unshelve: false }],
] as const)('what may be done to one that is %s', (state, may) => {
  expect(mayDo(alarmOf({ state }))).toEqual(may)
})

describe('what is looked at', () => {
  test('reaches from before it began until now while it lasts', () => {
    expect(evidenceOf(alarmOf(), reader.now)).toEqual({ from: SINCE - 3 * HOUR, to: reader.now })
  })

  test('ends a little after it was over', () => {
    expect(evidenceOf(alarmOf({ cleared_at: '2026-11-20T18:00:00Z' }), SINCE + 48 * HOUR).to).toBe(SINCE + 2 * HOUR)
  })

  test('is three days at most', () => {
    const now = SINCE + 1000 * HOUR
    expect(evidenceOf(alarmOf(), now)).toEqual({ from: now - 72 * HOUR, to: now })
  })
})

test('arrows stop at the ends of the list', () => {
  const list = [alarmOf({ id: 'a' }), alarmOf({ id: 'b' })]
  expect(beside(list, 'a', 1)?.id).toBe('b')
  expect(beside(list, 'b', 1)?.id).toBe('b')
  expect(beside(list, 'a', -1)?.id).toBe('a')
  expect(beside(list, 'gone', 1)?.id).toBe('a')
  expect(beside([], null, 1)).toBeUndefined()
})

describe('who needs somebody', () => {
  const fine = { situation: 'idle', isAgentAway: false } as const

  test('are vessels once each, and alarms of none of them', () => {
    const found = needs([alarmOf(), alarmOf({ id: 'b' }), alarmOf({ id: 'c', vessel: null }), alarmOf({ id: 'd', vessel: 'removed' })], [{ id: 'freezer20' }])
    expect([[...found.vessels], found.others]).toEqual([['freezer20'], 2])
  })

  test('is the first sentence', () => {
    expect(overviewSentence([{ ...fine, isAlarmed: true }, fine]).title).toBe('One vessel needs you')
    expect(overviewSentence([fine, fine], 1)).toEqual({ title: 'One alarm needs you', rest: '2 on course' })
    expect(overviewSentence([fine, fine]).title).toBe('Two on course')
    expect(overviewSentence([], 2).title).toBe('Two alarms need you')
  })

  test('do not hide behind what was acknowledged, nor is that on course', () => {
    const known = { ...fine, isKnown: true }
    expect(overviewSentence([known, fine])).toEqual({ title: 'One on course', rest: '1 with an acknowledged alarm' })
    expect(overviewSentence([known]).title).toBe('One vessel has an acknowledged alarm')
    expect(overviewSentence([{ ...known, isAlarmed: true }, known])).toEqual({ title: 'One vessel needs you', rest: '1 with an acknowledged alarm' })
  })
})

describe('a shelf', () => {
  test('is for an hour, a shift, or until an instant', () => {
    expect(minutesOf('hour', null, 0).minutes).toBe(60)
    expect(minutesOf('shift', null, 0).minutes).toBe(480)
    expect(minutesOf('until', 90 * 60_000, 0).minutes).toBe(90)
  })

  test.each([null, 0, -HOUR, 31 * 24 * HOUR])('is not until %s', (until) => {
    const { minutes, fault } = minutesOf('until', until, 0)
    expect(minutes).toBeNull()
    expect(fault).not.toBeNull()
  })
})

describe('a rule in words', () => {
  const rule = (change: Partial<Rule>): Rule => ({ name: 'r', kind: 'agent_away', vessel: null, settings: { least_min: 10 }, priority: 'warning', on_delay_s: 60, off_delay_s: 120, deadband: 0, enabled: true, ...change })

  test('has its numbers in the unit of who reads', () => {
    const band = rule({ kind: 'out_of_band', settings: { band_c: 1, critical_c: 3, settle_h: 6 }, deadband: 0.3 })
    expect(plain(ruleSaid(band, 'C').said)).toContain('more than 1.0 °C off')
    expect(plain(ruleSaid(band, 'F').said)).toContain('more than 1.8 °F off')
    expect(plain(ruleSaid(band, 'C').timing)).toContain('within by 0.3 °C for 2 min')
  })

  test('says for how long it waits', () => {
    expect(plain(ruleSaid(rule({}), 'C').said)).toContain('more than 10 min')
    expect(plain(ruleSaid(rule({}), 'C').timing)).toBe('Told once it has lasted 1 min, over once it has been well for 2 min.')
  })

  test('of another kind, or with other settings, shows what is set', () => {
    expect(ruleSaid(rule({ kind: 'door_open', settings: { least_min: 5 } }), 'C')).toMatchObject({ title: 'door open', said: 'least min: 5' })
    expect(ruleSaid(rule({ settings: { most: 'x' } }), 'C').said).toBe('most: x')
  })
})
