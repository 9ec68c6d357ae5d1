import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Past } from '../../src/state/history'
import { latest } from '../../src/state/latest.svelte'
import { stream } from '../../src/state/stream'

const realFetch = globalThis.fetch
let asked: URLSearchParams[] = []
let answer: (query: URLSearchParams) => unknown

/** A reading every second: the value is the second. Raw while it fits the width. */
function seconds(query: URLSearchParams) {
  const [from, to, width] = ['from', 'to', 'width'].map((name) => Number(query.get(name))) as [number, number, number]
  const step = Math.max(1000, Math.ceil((to - from) / width / 1000) * 1000)
  const t: number[] = []
  for (let at = Math.ceil(from / 1000) * 1000; at < to; at += step) t.push(at)
  const v = t.map((at) => at / 1000)
  return { series: query.getAll('series').map((id) => (step === 1000 ? { id, gap_s: null, t, v } : { id, gap_s: null, t, min: v, mean: v, max: v })) }
}

beforeEach(() => {
  asked = []
  answer = seconds
  globalThis.fetch = (address, init) => {
    const query = new URL(String(address), 'http://brewery').searchParams
    asked.push(query)
    return new Promise((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('called off', 'AbortError')))
      queueMicrotask(() => resolve(new Response(JSON.stringify(answer(query)), { headers: { 'content-type': 'application/json' } })))
    })
  }
})

afterEach(() => {
  globalThis.fetch = realFetch
})

function setUp(series = ['s1'], codes: string[] = []) {
  const drawn = { times: 0 }
  return { past: new Past(series, () => (drawn.times += 1), { codes }), drawn }
}

describe('the past of some series', () => {
  test('is read for a stretch and a width, and then held', async () => {
    const { past, drawn } = setUp()
    await past.load({ from: 0, to: 100_000 }, 200)
    expect(past.column('s1')?.t).toHaveLength(100)
    expect(past.holds({ from: 10_000, to: 90_000 }, 1)).toBe(true)
    expect(past.holds({ from: -1, to: 90_000 }, 1000)).toBe(false)
    expect(drawn.times).toBe(1)
  })

  test('is not fine enough for every closer look', async () => {
    const { past } = setUp()
    await past.load({ from: 0, to: 1_000_000 }, 100)
    expect(past.holds({ from: 0, to: 1_000_000 }, 10_000)).toBe(true)
    expect(past.holds({ from: 0, to: 100_000 }, 1000)).toBe(false)
  })

  test('stays coarse around what is looked at closely', async () => {
    const { past } = setUp()
    await past.loadWhole({ from: 0, to: 1_000_000 }, 100)
    await past.load({ from: 400_000, to: 420_000 }, 100)
    const t = past.column('s1')?.t ?? []
    expect(t.slice(0, 3)).toEqual([0, 10_000, 20_000])
    expect(t.filter((at) => at >= 400_000 && at < 420_000)).toHaveLength(20)
    expect(t.at(-1)).toBe(990_000)
    expect(t).toEqual([...t].sort((a, b) => a - b))
  })

  test('when looked at elsewhere before the answer, answers the newer look', async () => {
    const { past } = setUp()
    const first = past.load({ from: 0, to: 10_000 }, 100)
    const second = past.load({ from: 50_000, to: 60_000 }, 100)
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    await second
    expect(past.column('s1')?.t[0]).toBe(50_000)
  })

  test('reads codes as finely as can be, for they have no mean', async () => {
    const { past } = setUp(['s1', 'state'], ['state'])
    await past.load({ from: 0, to: 1_000_000 }, 100)
    expect(asked.map((query) => [query.getAll('series'), query.get('width')])).toEqual([
      [['s1'], '100'],
      [['state'], '10000'],
    ])
    expect(past.column('state')?.t).toHaveLength(1000)
  })

  test('asks for no more than fifty series at once', async () => {
    const { past } = setUp(Array.from({ length: 120 }, (_, i) => `s${i}`))
    await past.load({ from: 0, to: 1000 }, 10)
    expect(asked.map((query) => query.getAll('series').length)).toEqual([50, 50, 20])
  })

  test('tells the newest value to those who show numbers', async () => {
    const { past } = setUp(['told'])
    await past.load({ from: 0, to: 5000 }, 100)
    expect(latest.of('told')).toMatchObject({ t: 4000, v: 4 })
  })
})

describe('its present', () => {
  test('grows with what comes in, and forgets what is long gone', async () => {
    const { past, drawn } = setUp()
    await past.load({ from: 0, to: 100_000 }, 200)
    const end = past.follow(50_000, 0)
    for (let s = 100; s < 200; s += 1) stream.pass([{ series: 's1', t: s * 1000, v: s }])
    end()
    stream.pass([{ series: 's1', t: 999_000, v: 0 }])
    const t = past.column('s1')?.t ?? []
    expect(t.at(-1)).toBe(199_000)
    expect(t[0]).toBeGreaterThan(130_000)
    expect(drawn.times).toBe(101)
    expect(past.holds({ from: 0, to: 199_000 }, 1)).toBe(true)
  })

  test('takes neither bad readings nor those of others', async () => {
    const { past, drawn } = setUp()
    await past.load({ from: 0, to: 2000 }, 100)
    past.follow(1e9, 0)
    stream.pass([{ series: 's1', t: 5000, v: 85, quality: 'bad' }, { series: 'other', t: 5000, v: 1 }])
    expect(past.column('s1')?.t).toEqual([0, 1000])
    expect(drawn.times).toBe(1)
  })

  test('begins a series that had nothing yet', async () => {
    answer = () => ({ series: [] })
    const { past } = setUp()
    await past.load({ from: 0, to: 2000 }, 100)
    past.follow(1e9, 0)
    stream.pass([{ series: 's1', t: 5000, v: 19 }])
    expect(past.column('s1')?.mean).toEqual([19])
  })
})
