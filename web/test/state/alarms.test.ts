// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Alarm } from '../../src/state/server'
import { alarmOf } from '../panels/alarms/alarms'

const real = globalThis.fetch
let answer: () => Promise<unknown>
let asked: { method: string; path: string; body: unknown }[]

type State = typeof import('../../src/state/alarms.svelte').alarms
let alarms: State

beforeEach(async () => {
  asked = []
  answer = () => Promise.resolve({ items: [], next: null })
  globalThis.fetch = async (address, init) => {
    asked.push({ method: init?.method ?? 'GET', path: new URL(String(address), 'http://x').pathname, body: init?.body ? JSON.parse(String(init.body)) : undefined })
    return new Response(JSON.stringify(await answer()), { headers: { 'content-type': 'application/json' } })
  }
  const { alarms: kept } = await import('../../src/state/alarms.svelte')
  alarms = new (kept.constructor as new () => State)()
})

afterEach(() => {
  globalThis.fetch = real
})

const says = (alarm: Alarm, event: 'raised' | 'cleared' = 'raised') => alarms.hear({ event, alarm })
const holds = (...items: Alarm[]) => (answer = () => Promise.resolve({ items, next: null }))

test('what stands when one comes is known, and calls nobody', async () => {
  holds(alarmOf({ priority: 'critical' }))
  await alarms.load()
  expect(alarms.unseen.map(({ id }) => id)).toEqual(['a1'])
  expect([alarms.called, alarms.calls]).toEqual(['', 0])
})

test('a critical alarm that is raised calls', async () => {
  await alarms.load()
  says(alarmOf({ priority: 'critical', title: 'Too warm' }))
  expect([alarms.called, alarms.calls]).toEqual(['Critical alarm: Too warm', 1])
  says(alarmOf({ id: 'a2' }))
  expect(alarms.calls).toBe(1)
})

test('a critical alarm that was missed calls when everything is read anew', async () => {
  await alarms.load()
  holds(alarmOf({ priority: 'critical' }))
  await alarms.load()
  expect(alarms.calls).toBe(1)
})

test('what is heard while the answer is on its way is newer than the answer', async () => {
  let come: (body: unknown) => void = () => undefined
  answer = () => new Promise((resolve) => (come = resolve))
  const loading = alarms.load()
  await Promise.resolve()
  says(alarmOf({ state: 'normal', revision: 2 }), 'cleared')
  says(alarmOf({ id: 'a2' }))
  come({ items: [alarmOf()], next: null })
  await loading
  expect(alarms.standing.map(({ id }) => id)).toEqual(['a2'])
})

test('what ended is remembered as the last', async () => {
  holds(alarmOf())
  await alarms.load()
  says(alarmOf({ state: 'normal', revision: 2 }), 'cleared')
  expect(alarms.standing).toEqual([])
  expect(alarms.ended?.id).toBe('a1')
})

test('a failure is shown while nothing is known, and what was known stays', async () => {
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  await alarms.load()
  expect(alarms.phase).toBe('failed')
  holds(alarmOf())
  await alarms.load()
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  await alarms.load()
  expect([alarms.phase, alarms.standing.length]).toEqual(['ready', 1])
})

test('an act is told to the server with its reason, and its answer counts at once', async () => {
  holds(alarmOf())
  await alarms.load()
  answer = () => Promise.resolve(alarmOf({ state: 'acknowledged', revision: 2 }))
  await alarms.acknowledge('a1', 'on my way')
  expect(asked.at(-1)).toEqual({ method: 'POST', path: '/api/v1/alarms/a1/acknowledge', body: { reason: 'on my way' } })
  expect(alarms.unseen).toEqual([])
})

test('of a vessel the worst that lasts is told, unseen before seen, and never a test', () => {
  says(alarmOf({ id: 'seen', priority: 'critical', state: 'acknowledged' }))
  says(alarmOf({ id: 'try', priority: 'critical', test: true }))
  says(alarmOf({ id: 'over', state: 'returned', priority: 'critical' }))
  expect(alarms.at('freezer20')?.id).toBe('seen')
  says(alarmOf({ id: 'unseen' }))
  expect(alarms.at('freezer20')?.id).toBe('unseen')
  expect(alarms.at('elsewhere')).toBeUndefined()
  expect(alarms.real.map(({ id }) => id)).toEqual(['unseen'])
})
