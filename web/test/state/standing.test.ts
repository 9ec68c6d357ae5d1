import { expect, test } from 'vitest'
import { calls, groupsOf, ordered, taken } from '../../src/state/standing'
import { alarmOf } from '../panels/alarms/alarms'

const ids = (alarms: readonly { id: string }[]) => alarms.map(({ id }) => id).join(' ')

test('the worst comes first, what is true before a test, and the newest before the older', () => {
  const alarms = [
    alarmOf({ id: 'old' }),
    alarmOf({ id: 'try', test: true, since: '2026-11-20T19:00:00.000Z' }),
    alarmOf({ id: 'note', priority: 'notice' }),
    alarmOf({ id: 'new', since: '2026-11-20T18:00:00.000Z' }),
    alarmOf({ id: 'worst', priority: 'critical', since: '2026-11-01T00:00:00.000Z' }),
  ]
  expect(ids(ordered(alarms))).toBe('worst new old try note')
})

test('groups come in the order in which they need somebody, and empty ones are left out', () => {
  const groups = groupsOf([alarmOf({ id: 's', state: 'shelved' }), alarmOf({ id: 'r', state: 'returned' }), alarmOf({ id: 'u' })])
  expect(groups.map(({ state }) => state)).toEqual(['unacknowledged', 'returned', 'shelved'])
})

test('what is told takes the place of what was known', () => {
  const [known] = taken([alarmOf()], alarmOf({ state: 'acknowledged', revision: 2 }))
  expect(known?.state).toBe('acknowledged')
})

test('what is older than what is known changes nothing', () => {
  const before = [alarmOf({ state: 'acknowledged', revision: 2 })]
  expect(taken(before, alarmOf())).toBe(before)
})

test('what is over and seen stands no more', () => {
  expect(taken([alarmOf()], alarmOf({ state: 'normal', revision: 2 }))).toEqual([])
  const none = [alarmOf({ id: 'other' })]
  expect(taken(none, alarmOf({ state: 'normal' }))).toBe(none)
})

test('only a critical alarm that is to be seen calls, and only once', () => {
  const critical = alarmOf({ priority: 'critical' })
  expect(calls(critical, undefined)).toBe(true)
  expect(calls(critical, critical)).toBe(false)
  expect(calls(critical, alarmOf())).toBe(true)
  expect(calls(critical, { ...critical, state: 'acknowledged' })).toBe(true)
  expect(calls({ ...critical, state: 'shelved' }, undefined)).toBe(false)
  expect(calls(alarmOf(), undefined)).toBe(false)
})
