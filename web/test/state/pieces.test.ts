import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsJoined, fetchSent, joinedOf, seriesAt } from '../../src/state/pieces'
import type { Batch } from '../../src/state/server'

const realFetch = globalThis.fetch
let asked: Record<string, string[]>[] = []

beforeEach(() => {
  asked = []
  globalThis.fetch = (address) => {
    const query = new URL(String(address), 'http://brewery').searchParams
    asked.push(Object.fromEntries(['series', 'from', 'to', 'width'].map((name) => [name, query.getAll(name)])))
    const t = [Number(query.get('from'))]
    const body = { series: query.getAll('series').map((id) => ({ id, gap_s: null, t, v: [Number(id.slice(1))] })) }
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }))
  }
})

afterEach(() => {
  globalThis.fetch = realFetch
})

const iso = (s: number) => new Date(s * 1000).toISOString()

function batch(intervals: [string, string, number, number][], finished: number | null = 100): Batch {
  const told = intervals.map(([role, series, from, to]) => ({ role, series, from: iso(from), to: iso(to) }))
  const roles = Object.fromEntries(intervals.map(([role, series]) => [role, series]))
  return { roles, intervals: told, started_at: iso(0), finished_at: finished === null ? null : iso(finished) } as unknown as Batch
}

describe('lines of a batch', () => {
  test('that one series told of are that series', () => {
    expect(joinedOf(batch([['beer', 's1', 0, 100], ['heat', 's2', 0, 100]]))).toEqual({})
  })

  test('whose probe was replaced are joined, under the latest', () => {
    expect(joinedOf(batch([['beer', 's1', 0, 40], ['beer', 's2', 40, 100], ['heat', 's3', 0, 100]]))).toEqual({
      s2: [
        { series: 's1', from: 0, to: 40_000 },
        { series: 's2', from: 40_000, to: 100_000 },
      ],
    })
  })

  test('do not take over what a probe read before, or read elsewhere later', () => {
    expect(joinedOf(batch([['beer', 's1', 0, 100], ['chamber', 's2', 10, 100], ['gravity', 's3', 0, 90]]))).toEqual({
      s2: [{ series: 's2', from: 10_000, to: 100_000 }],
      s3: [{ series: 's3', from: 0, to: 90_000 }],
    })
  })

  test('go on while the batch does', () => {
    const joined = joinedOf(batch([['beer', 's1', 0, 40], ['beer', 's2', 40, 100], ['gravity', 's3', 0, 90]], null))
    expect(joined['s2']?.at(-1)?.to).toBe(Infinity)
    expect(joined['s3']?.at(-1)?.to).toBe(90_000)
  })
})

describe('columns of lines', () => {
  const joined = { s2: [{ series: 's1', from: 0, to: 40 }, { series: 's2', from: 40, to: Infinity }] }

  test('are asked of each series for its own time, as finely as the whole', async () => {
    const sent = await fetchSent(['s2', 's9'], joined, { from: 0, to: 100, width: 50 })
    expect(asked).toEqual([
      { series: ['s9'], from: ['0'], to: ['100'], width: ['50'] },
      { series: ['s1'], from: ['0'], to: ['40'], width: ['20'] },
      { series: ['s2'], from: ['40'], to: ['100'], width: ['30'] },
    ])
    expect(columnsJoined(sent.get('s2') ?? [])).toMatchObject({ t: [0, 40], mean: [1, 2] })
    expect(sent.get('s9')?.map(({ id }) => id)).toEqual(['s9'])
  })

  test('are not asked of a series beyond its time', async () => {
    const sent = await fetchSent(['s2'], joined, { from: 50, to: 100, width: 50 })
    expect(asked.map(({ series }) => series)).toEqual([['s2']])
    expect(sent.get('s2')).toHaveLength(1)
  })

  test('have a gap between two parts where nothing was read', () => {
    const part = (t: number[], gap_s: number | null) => ({ id: 's', gap_s, t, v: t })
    expect(columnsJoined([part([0, 1000], 2), part([60_000, 61_000], 2)]).mean).toEqual([0, 1000, NaN, 60_000, 61_000])
    expect(columnsJoined([part([0, 1000], 2), part([2000, 3000], 2)]).mean).toEqual([0, 1000, 2000, 3000])
    expect(columnsJoined([part([], null), part([2000], 2)]).mean).toEqual([2000])
    expect(columnsJoined([]).t).toEqual([])
  })

  test('are told by the series whose time it was', () => {
    expect([0, 39, 40, 1e9].map((t) => seriesAt('s2', joined.s2, t))).toEqual(['s1', 's1', 's2', 's2'])
    expect(seriesAt('s9', undefined, 0)).toBe('s9')
  })
})
