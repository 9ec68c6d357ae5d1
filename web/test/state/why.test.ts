// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'

const real = globalThis.fetch
const { PastWhy } = await import('../../src/state/why.svelte')

interface Given {
  status?: number
  body: unknown
  wait?: Promise<void>
}

let asked: string[]
let answers: Given[]

beforeEach(() => {
  asked = []
  answers = []
  globalThis.fetch = async (address) => {
    asked.push(String(address).replace(/^.*\/api\/v1/, ''))
    const { status = 200, body, wait } = answers.shift() ?? { body: reason('2026-11-20T02:00:00Z') }
    await wait
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } })
  }
})

afterEach(() => {
  globalThis.fetch = real
})

const reason = (at: string) => ({ at, until: null, heat: 1, cool: 0, why: ['Too cold.'], observed: { heat: true, cool: null }, occasion: 'change', earlier: null, later: null })
const silent = { status: 404, body: { title: 'Not Found', detail: 'Nothing is known of Fass then: its agent was not at work.' } }

test('a time is asked for, and its reason is known', async () => {
  const why = new PastWhy('fass 1')
  expect(why.phase).toBe('loading')
  const answered = why.ask(1000)
  expect(why.isAsking).toBe(true)
  await answered
  expect(why.isAsking).toBe(false)
  expect(asked).toEqual(['/vessels/fass%201/why?at=1000'])
  expect([why.phase, why.at, why.reason?.why]).toEqual(['known', 1000, ['Too cold.']])
})

test('where nothing is known one reads why, and gets to what was known before', async () => {
  answers = [silent, { body: { items: [reason('2026-11-20T01:00:00Z')], next: null } }]
  const why = new PastWhy('fass')
  await why.ask(5000)
  expect(asked[1]).toBe('/vessels/fass/reasons?to=5000&limit=1')
  expect([why.phase, why.silence, why.before]).toEqual(['unknown', silent.body.detail, '2026-11-20T01:00:00Z'])
  expect(why.reason).toBeNull()
})

test('where nothing was known before, or that cannot be asked, there is no way back', async () => {
  for (const second of [{ body: { items: [], next: null } }, { status: 503, body: {} }]) {
    answers = [silent, second]
    const why = new PastWhy('fass')
    await why.ask(5000)
    expect([why.phase, why.before]).toEqual(['unknown', null])
  }
})

test('another failure is told, and asking again mends it', async () => {
  answers = [{ status: 503, body: { title: 'Busy', detail: 'Later.' } }]
  const why = new PastWhy('fass')
  await why.ask(1)
  expect(why.phase).toBe('failed')
  await why.ask(1)
  expect([why.phase, why.failure]).toEqual(['known', null])
})

test('the newest question counts, whichever answer comes last', async () => {
  let release = () => undefined as void
  answers = [{ body: reason('2026-11-20T01:00:00Z'), wait: new Promise((resume) => (release = resume)) }, { body: reason('2026-11-20T02:00:00Z') }]
  const why = new PastWhy('fass')
  const first = why.ask(1)
  await why.ask(2)
  release()
  await first
  expect([why.at, why.reason?.at]).toEqual([2, '2026-11-20T02:00:00Z'])
})

test('what is known stays until the next answer is here', async () => {
  const why = new PastWhy('fass')
  await why.ask(1)
  const next = why.ask(2)
  expect([why.phase, why.at]).toEqual(['known', 1])
  await next
  expect(why.at).toBe(2)
})
