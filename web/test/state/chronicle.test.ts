// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newer } from '../../src/panels/journal/entries'
import { Chronicle } from '../../src/state/chronicle.svelte'

const realFetch = globalThis.fetch
let calls: { query: string; answer: (ids: string[], next?: string | null) => Promise<void> }[] = []

const line = (id: string) => ({ at: '2026-11-20T17:42:00.000Z', by: 'Anna', what: 'vessel', id, action: 'updated', reason: '', detail: '' })
const ids = (chronicle: Chronicle) => chronicle.lines?.map(({ id }) => id)

beforeEach(() => {
  calls = []
  globalThis.fetch = (address) =>
    new Promise((resolve) => {
      calls.push({
        query: String(address instanceof Request ? address.url : address).split('?')[1] ?? '',
        answer: async (found, next = null) => {
          resolve(new Response(JSON.stringify({ items: found.map(line), next }), { headers: { 'content-type': 'application/json' } }))
          await new Promise((done) => setTimeout(done))
        },
      })
    })
})
afterEach(() => {
  globalThis.fetch = realFetch
})

test('asks for what was chosen, and for earlier lines of the same', async () => {
  const chronicle = new Chronicle(newer, () => true)
  chronicle.ask({ by: ['Anna', 'anna'], what: 'vessel' })
  expect(calls[0]?.query).toBe('by=Anna&by=anna&what=vessel&limit=50')
  await calls[0]?.answer(['c', 'b'], 'x')
  void chronicle.earlier()
  expect(calls[1]?.query).toBe('by=Anna&by=anna&what=vessel&limit=50&cursor=x')
  await calls[1]?.answer(['a'])
  expect(ids(chronicle)).toEqual(['c', 'b', 'a'])
  expect(chronicle.hasEarlier).toBe(false)
})

test('puts other lines away at once, and takes no late answer for them', async () => {
  const chronicle = new Chronicle(newer, () => true)
  void chronicle.load()
  await calls[0]?.answer(['c', 'b'], 'x')
  void chronicle.earlier()
  chronicle.ask({ what: 'batch' })
  expect(chronicle.lines).toBeNull()
  expect(chronicle.hasEarlier).toBe(false)
  await calls[2]?.answer(['brew'])
  await calls[1]?.answer(['a'])
  expect(ids(chronicle)).toEqual(['brew'])
})

test('does not ask again for what it shows', async () => {
  const chronicle = new Chronicle(newer, () => true)
  chronicle.ask({ what: 'batch' })
  await calls[0]?.answer(['brew'])
  chronicle.ask({ what: 'batch' })
  expect(calls.length).toBe(1)
  expect(ids(chronicle)).toEqual(['brew'])
})
