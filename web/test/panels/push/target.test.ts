import { describe, expect, test } from 'vitest'
import {
  circuitSaid,
  draftOf,
  dueSaid,
  failuresInARow,
  lastSaid,
  mendingOf,
  missingOf,
  newDraft,
  ordered,
  patchOf,
  planOf,
  pushSentence,
  settingsSaid,
  shares,
  standingOf,
} from '../../../src/panels/push/target'
import type { Delivery, PushTarget, TargetKind } from '../../../src/state/push.svelte'

const NOW = Date.parse('2026-11-20T17:40:00Z')
const ZONE = 'Europe/Copenhagen'
const iso = (ms: number) => new Date(ms).toISOString()
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ') ?? null

const KIND: TargetKind = {
  name: 'influxdb',
  title: 'InfluxDB',
  description: '',
  schema: {
    required: ['url'],
    properties: {
      url: { title: 'Address', type: 'string' },
      token: { title: 'Token', type: 'string', writeOnly: true, default: '' },
      database: { title: 'Database', type: 'string', default: 'krausen' },
    },
  },
  least_s: 1,
  usual_s: 60,
  why_least: '',
  by_device: false,
  sends: 'every',
  takes: ['sensors', 'series', 'vessels'],
}

const targetOf = (change: Partial<PushTarget> = {}): PushTarget => ({
  id: 'club',
  name: 'Club',
  kind: 'influxdb',
  state: 'active',
  every_s: 60,
  what: { vessels: 'all', sensors: 'all', batches: 'none', series: 'none' },
  settings: { url: 'http://influx:8086', token: '•••' },
  next_due: iso(NOW + 42_000),
  last_delivery: null,
  last_error: '',
  queue: 0,
  recent: { ok: 0, failed: 0 },
  circuit: 'closed',
  retry_at: null,
  revision: 1,
  created_at: iso(NOW),
  updated_at: iso(NOW),
  ...change,
})

const delivery = (ok: boolean, change: Partial<Delivery> = {}): Delivery => ({
  at: iso(NOW - 120_000),
  ok,
  status: ok ? 204 : 503,
  detail: '',
  request: '',
  response: '',
  took_ms: 12,
  test: false,
  ...change,
})

const ALONE = { circuit: 'open', retry_at: iso(NOW + 120_000) } as const

describe('how a target stands', () => {
  test.each([
    [{}, 'active'],
    [{ state: 'paused', ...ALONE }, 'paused'],
    [{ state: 'failing' }, 'failing'],
    [ALONE, 'alone'],
    [{ circuit: 'half-open', retry_at: iso(NOW) }, 'retrying'],
    [{ retry_at: iso(NOW + 5000) }, 'retrying'],
  ] as const)('%j is %s', (change, standing) => {
    expect(standingOf(targetOf(change))).toBe(standing)
  })

  test('is told in a sentence, the worst first', () => {
    const well = targetOf({ recent: { ok: 3, failed: 0 } })
    expect(pushSentence([])).toBe('Nothing is pushed yet')
    expect(pushSentence([targetOf()])).toBe('Nothing was due yet')
    expect(pushSentence([well, targetOf({ state: 'paused' })])).toBe('Everything arrives where it should')
    expect(pushSentence([targetOf({ state: 'paused' })])).toBe('Everything is paused')
    expect(pushSentence([well, targetOf(ALONE)])).toBe('One service is tried again')
    expect(pushSentence([targetOf(ALONE), targetOf({ state: 'failing' }), targetOf({ state: 'failing' })])).toBe('Two services take nothing')
  })

  test('puts first who needs somebody', () => {
    const named = (name: string, change: Partial<PushTarget> = {}) => targetOf({ name, ...change })
    const all = [named('b'), named('a', { state: 'paused' }), named('c', ALONE), named('d', { state: 'failing' }), named('a2')]
    expect(ordered(all).map(({ name }) => name)).toEqual(['d', 'c', 'a2', 'b', 'a'])
  })
})

describe('what is told of the time', () => {
  test('the next delivery is counted down', () => {
    expect(plain(dueSaid(targetOf(), NOW, true))).toBe('in 42 s')
    expect(dueSaid(targetOf(), NOW + 60_000, false)).toBe('now')
    expect(dueSaid(targetOf(), NOW + 60_000, true)).toBe('unknown')
    expect(dueSaid(targetOf({ state: 'paused' }), NOW, false)).toBe('not due')
    expect(dueSaid(targetOf({ next_due: null }), NOW, false)).toBe('not due')
  })

  test('the last one has its age, and whether it failed', () => {
    expect(lastSaid(null, NOW, ZONE)).toBe('none yet')
    expect(plain(lastSaid(delivery(true), NOW, ZONE))).toBe('2 min ago')
    expect(plain(lastSaid(delivery(false), NOW, ZONE))).toBe('2 min ago, failed')
  })

  test('one that is left alone says until when and after how many failures', () => {
    const five = [delivery(false, { test: true }), ...Array<Delivery>(5).fill(delivery(false)), delivery(true)]
    expect(plain(circuitSaid(targetOf(ALONE), five, NOW, ZONE))).toBe('Left alone until 18:42 after 5 failures')
    expect(circuitSaid(targetOf(ALONE), null, NOW, ZONE)).toBe('Left alone until 18:42')
    expect(plain(circuitSaid(targetOf({ retry_at: iso(NOW + 5000) }), null, NOW, ZONE))).toBe('Tried again in 5 s')
    expect(circuitSaid(targetOf(), five, NOW, ZONE)).toBeNull()
  })

  test('failures in a row are counted without tests', () => {
    expect(failuresInARow([delivery(false), delivery(true, { test: true }), delivery(false), delivery(true)])).toBe(2)
    expect(failuresInARow([delivery(false)])).toBe(1)
  })
})

describe('the bar of what arrived', () => {
  test('never hides a failure nor a success', () => {
    expect(shares({ ok: 99, failed: 1 }, 20).filter((one) => !one)).toHaveLength(1)
    expect(shares({ ok: 1, failed: 99 }, 20).filter(Boolean)).toHaveLength(1)
    expect(shares({ ok: 0, failed: 100 }, 20).filter(Boolean)).toHaveLength(0)
    expect(shares({ ok: 2, failed: 1 }, 20)).toEqual([false, true, true])
    expect(shares({ ok: 0, failed: 0 }, 20)).toEqual([])
  })
})

describe('a target that is written', () => {
  test('begins with what is usual, under a name of its own', () => {
    expect(newDraft(KIND, ['InfluxDB', 'InfluxDB 2'])).toEqual({
      name: 'InfluxDB 3',
      settings: {},
      what: { vessels: 'all', sensors: 'all', batches: 'none', series: 'none' },
      everyS: 60,
    })
  })

  test('lacks what must be told', () => {
    expect(missingOf(KIND, {})).toEqual(['Address'])
    expect(missingOf(KIND, { url: 'http://a' })).toEqual([])
  })

  test('changes only what was changed, and keeps a secret that was not touched', () => {
    const target = targetOf()
    const draft = draftOf(target)
    expect(patchOf(target, planOf(KIND, draft))).toEqual({})
    const other = { ...draft, everyS: 30, settings: { url: 'http://b', token: '•••', database: 'beer' }, what: { ...draft.what, vessels: ['a'] } }
    expect(patchOf(target, planOf(KIND, other))).toEqual({
      every_s: 30,
      settings: { url: 'http://b', database: 'beer' },
      what: { vessels: ['a'], sensors: 'all', batches: 'none', series: 'none' },
    })
  })

  test('takes a secret back with null', () => {
    const target = targetOf()
    expect(patchOf(target, planOf(KIND, { ...draftOf(target), settings: { url: 'http://influx:8086' } }))).toEqual({ settings: { token: null } })
  })

  test('is tried again when it failed and its settings were mended', () => {
    const patch = { settings: { token: 'new' } }
    expect(mendingOf({ state: 'failing' }, patch)).toEqual({ ...patch, state: 'active' })
    expect(mendingOf({ state: 'failing' }, { name: 'Other' })).toEqual({ name: 'Other' })
    expect(mendingOf({ state: 'paused' }, patch)).toEqual(patch)
  })

  test('tells its settings with the secret hidden', () => {
    expect(settingsSaid(KIND, targetOf().settings)).toEqual([
      { title: 'Address', value: 'http://influx:8086' },
      { title: 'Token', value: '•••' },
    ])
  })
})
