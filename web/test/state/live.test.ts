// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { alarms } from '../../src/state/alarms.svelte'
import { announcer } from '../../src/state/announcer.svelte'
import { doing } from '../../src/state/doing.svelte'
import { latest } from '../../src/state/latest.svelte'
import { link } from '../../src/state/live.svelte'
import { roster } from '../../src/state/roster.svelte'
import { session } from '../../src/state/session.svelte'
import { site } from '../../src/state/site.svelte'
import { alarmOf } from '../panels/alarms/alarms'
import { vesselOf } from '../panels/vessels'

const real = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket }
let sockets: FakeWebSocket[] = []
let isSignedIn = true
let ends: (() => void)[] = []

class FakeWebSocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event?: { code: number; reason: string }) => void) | null = null

  constructor(readonly url: string) {
    sockets.push(this)
  }

  send(): void {
    // What is sent is the business of the client's own tests.
  }

  close(): void {
    this.onclose?.()
  }

  says(channel: string, message: unknown, n = 1): void {
    this.onmessage?.({ data: JSON.stringify({ channel, seq: `e.${n}`, time: '2026-11-20T17:42:00Z', message }) })
  }
}

function answerOf(path: string): [number, unknown] {
  if (path.endsWith('/me')) return isSignedIn ? [200, { user: { id: 'u', login: 'a', name: 'A', role: 'brewer' } }] : [401, { detail: 'Sign in.' }]
  if (path.endsWith('/health')) return [200, { status: 'ok', time: '2026-11-20T17:42:00Z', speed: 1, zone: 'Europe/Copenhagen', filling: null }]
  if (path.endsWith('/vessels')) return [200, { items: [vesselOf()], next: null }]
  if (path.endsWith('/series')) return [200, { items: [{ id: 'st', node: 'freezer20', metric: 'state' }], next: null }]
  if (path.endsWith('/chart')) return [200, { series: [{ id: 'st', gap_s: null, t: [0, 60_000], v: [0, 3] }] }]
  return [200, { items: [], next: null }]
}

beforeEach(async () => {
  vi.useFakeTimers()
  sockets = []
  isSignedIn = true
  globalThis.WebSocket = FakeWebSocket as unknown as typeof WebSocket
  globalThis.fetch = (address) => {
    const [status, body] = answerOf(new URL(String(address), 'http://x').pathname)
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }))
  }
  await session.check()
  await site.ask()
  await roster.load()
  ends = [link.run(), doing.run()]
})

afterEach(() => {
  ends.forEach((end) => end())
  Object.assign(globalThis, real)
  vi.useRealTimers()
})

const newest = (): FakeWebSocket => sockets.at(-1) as FakeWebSocket

describe('the link', () => {
  test('is live once it is open', () => {
    expect(link.state).toBe('starting')
    newest().onopen?.()
    expect(link.state).toBe('live')
  })

  test('is behind when a stream falls silent', () => {
    newest().onopen?.()
    newest().says('data', { readings: [] }, 1)
    vi.advanceTimersByTime(1000)
    newest().says('data', { readings: [] }, 2)
    expect(link.state).toBe('live')
    vi.advanceTimersByTime(5000)
    expect(link.state).toBe('behind')
    expect(link.behindS).toBe(5)
    newest().says('data', { readings: [] }, 3)
    expect(link.state).toBe('live')
  })

  test('is lost since the server’s time at which it broke', () => {
    newest().onopen?.()
    newest().onclose?.()
    expect(link.state).toBe('lost')
    expect(link.lostAt).toBeCloseTo(Date.parse('2026-11-20T17:42:00Z'), -4)
    vi.advanceTimersByTime(1000)
    newest().onopen?.()
    expect(link.state).toBe('live')
    expect(link.lostAt).toBeNull()
  })

  test('notices that the sign-in has ended', async () => {
    newest().onopen?.()
    isSignedIn = false
    newest().onclose?.()
    await vi.waitFor(() => expect(session.user).toBeNull())
  })

  test('that is turned away says why, asks again by itself and at once when somebody is in a hurry', () => {
    newest().onopen?.()
    const refuse = () => {
      newest().onclose?.({ code: 4403, reason: 'Too many listen.' })
      vi.advanceTimersByTime(20_000)
    }
    refuse()
    refuse()
    newest().onclose?.({ code: 4403, reason: 'Too many listen.' })
    expect([link.state, link.turnedAway]).toEqual(['lost', 'Too many listen.'])
    expect(Math.ceil((link.retryAt ?? 0) - performance.now())).toBe(30_000)
    const before = sockets.length
    vi.advanceTimersByTime(30_000)
    expect(sockets).toHaveLength(before + 1)
    refuse()
    refuse()
    newest().onclose?.({ code: 4403, reason: 'Too many listen.' })
    const again = sockets.length
    link.hurry()
    expect(sockets).toHaveLength(again + 1)
    newest().onopen?.()
    expect([link.state, link.turnedAway]).toEqual(['live', null])
  })

  test('asks everybody to read anew after a gap', () => {
    const before = link.gaps
    newest().onopen?.()
    newest().onmessage?.({ data: '{"gap":true}' })
    expect(link.gaps).toBeGreaterThan(before)
  })
})

describe('what comes in', () => {
  test('a reading is the newest of its series, an older one is not', () => {
    newest().onopen?.()
    newest().says('data', { readings: [{ series: 's9', t: 2000, v: 19 }] })
    newest().says('data', { readings: [{ series: 's9', t: 1000, v: 50 }] }, 2)
    expect(latest.of('s9')).toEqual({ t: 2000, v: 19, quality: 'good' })
  })

  test('what the server says of an alarm counts, and what somebody published does not', () => {
    newest().onopen?.()
    const news = (id: string) => ({ event: 'raised', alarm: alarmOf({ id }) })
    newest().onmessage?.({ data: JSON.stringify({ channel: 'alarms', seq: 'e.1', time: '2026-11-20T17:42:00Z', message: news('made-up'), by: 'Anna', published: true }) })
    newest().says('alarms', news('true'), 2)
    expect([alarms.of('true')?.id, alarms.of('made-up')]).toEqual(['true', undefined])
  })

  test('what somebody published is no reading and no vessel', () => {
    newest().onopen?.()
    const message = { readings: [{ series: 's7', t: 2000, v: 99 }], vessel: vesselOf({ name: 'Made up' }) }
    newest().onmessage?.({ data: JSON.stringify({ channel: 'data', seq: 'e.1', time: '2026-11-20T17:42:00Z', message, by: 'Anna', published: true }) })
    expect(latest.of('s7')).toBeUndefined()
    expect(roster.vessel('freezer20')?.name).not.toBe('Made up')
  })

  test('a vessel takes the place of what was known of it', () => {
    newest().onopen?.()
    newest().says('data', { vessel: vesselOf({ name: 'South freezer' }) })
    expect(roster.vessel('freezer20')?.name).toBe('South freezer')
    expect(roster.vessels).toHaveLength(1)
  })

  test('a vessel that is gone is forgotten', () => {
    newest().onopen?.()
    newest().says('changes', { what: 'vessel', id: 'freezer20', action: 'deleted' })
    expect(roster.vessels).toEqual([])
  })

  test('an agent that goes away is announced', () => {
    newest().onopen?.()
    newest().says('agents', { agent: 'cellar-pi', state: 'offline' })
    expect(roster.isAgentAway(vesselOf())).toBe(true)
    expect(announcer.message).toBe('Agent cellar-pi is away')
  })
})

test('a change of state counts from the moment it is heard', async () => {
  await doing.track(['st'], 120_000)
  expect(doing.of('st')).toEqual({ code: 3, since: 60_000 })
  newest().onopen?.()
  newest().says('data', { readings: [{ series: 'st', t: 100_000, v: 3 }] })
  expect(doing.of('st')?.since).toBe(60_000)
  newest().says('data', { readings: [{ series: 'st', t: 110_000, v: 0 }] }, 2)
  expect(doing.of('st')).toEqual({ code: 0, since: 110_000 })
})
