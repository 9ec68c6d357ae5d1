// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Learned } from '../../src/state/learned.svelte'
import { changes } from '../../src/state/changes'
import { isUnderWay } from '../../src/state/preflight.svelte'

const real = globalThis.fetch
const { LearnedChamber } = await import('../../src/state/learned.svelte')
const { Preflight } = await import('../../src/state/preflight.svelte')

let asked: string[]
let answers: (() => Promise<unknown>)[]

beforeEach(() => {
  asked = []
  answers = []
  globalThis.fetch = async (address, init) => {
    const { pathname, search } = new URL(String(address), 'http://x')
    asked.push(`${init?.method ?? 'GET'} ${pathname.replace('/api/v1', '')}${search}${init?.body ? ` ${String(init.body)}` : ''}`)
    const body = init?.method === 'GET' ? await (answers.shift() ?? (() => Promise.resolve(learned())))() : null
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
  }
})

afterEach(() => {
  globalThis.fetch = real
  vi.useRealTimers()
})

const learned = (change: Partial<Learned> = {}): Learned => ({
  standing: 'sure',
  confidence: 0.8,
  watched_h: 12,
  at: null,
  pending: false,
  quantities: {},
  means: [],
  doubts: [],
  history: [],
  ...change,
})
const gives = (told: unknown) => answers.push(() => Promise.resolve(told))
const fails = () => answers.push(() => Promise.reject(new Error('cut')))

test('what is asked for is sent with its reason, and the answer is read anew', async () => {
  const view = new LearnedChamber('north freezer')
  await view.forget('new fridge')
  await view.take({ mean: [1], spread: [2] }, '')
  expect(asked).toEqual([
    'DELETE /vessels/north%20freezer/learned?reason=new+fridge',
    'GET /vessels/north%20freezer/learned',
    'PUT /vessels/north%20freezer/learned {"mean":[1],"spread":[2]}',
    'GET /vessels/north%20freezer/learned',
  ])
  expect(view.exportAddress).toBe('/api/v1/vessels/north%20freezer/learned/export')
})

test('what is known stays when no answer comes', async () => {
  const view = new LearnedChamber('a')
  fails()
  await view.load()
  expect([view.phase, view.told]).toEqual(['failed', null])
  await view.retry()
  expect([view.phase, view.failure]).toEqual(['ready', null])
  fails()
  await view.load()
  expect(view.phase).toBe('ready')
  expect(view.told?.standing).toBe('sure')
  expect(view.failure).not.toBeNull()
})

test('an answer that comes after a newer one was asked for is not believed', async () => {
  const view = new LearnedChamber('a')
  let come: (told: Learned) => void = () => undefined
  answers.push(() => new Promise((resolve) => (come = resolve)))
  gives(learned({ standing: 'learning' }))
  const slow = view.load()
  await view.load()
  come(learned({ standing: 'doubtful' }))
  await slow
  expect(view.told?.standing).toBe('learning')
})

test('it is asked often while a change is on its way, else seldom', async () => {
  vi.useFakeTimers()
  const view = new LearnedChamber('a')
  gives(learned({ pending: true }))
  await view.load()
  const end = view.follow()
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(asked).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveLength(3)
  end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(3)
})

test('what is announced of this vessel is read at once', async () => {
  const view = new LearnedChamber('a')
  const end = view.follow()
  changes.pass({ what: 'learned', id: 'b', action: 'updated' })
  expect(asked).toEqual([])
  changes.pass({ what: 'learned', id: 'a', action: 'updated' })
  expect(asked).toEqual(['GET /vessels/a/learned'])
  end()
  changes.pass({ what: 'learned', id: 'a', action: 'updated' })
  expect(asked).toHaveLength(1)
})

test('a trial is started, stopped and followed at its own address', async () => {
  const trial = new Preflight('a')
  await trial.start()
  await trial.stop()
  expect(asked).toEqual(['POST /vessels/a/preflight', 'GET /vessels/a/preflight', 'DELETE /vessels/a/preflight', 'GET /vessels/a/preflight'])
})

test('a trial is under way while it waits and while it runs', () => {
  expect((['none', 'waiting', 'running', 'done', 'failed', 'stopped'] as const).filter((state) => isUnderWay({ state }))).toEqual(['waiting', 'running'])
})
