import { expect, test } from 'vitest'
import { isOurs, streamsOf } from '../../../src/panels/adapters/streams'
import type { Newest } from '../../../src/state/latest.svelte'
import type { Series } from '../../../src/state/server'
import { adapters as words } from '../../../src/text/adapters'

const NOW = Date.parse('2026-11-20T18:00:00Z')
const seriesOf = (id: string, node: string, at: string | null): Series => ({
  id,
  adapter: 'orchard',
  node,
  metric: 'temperature',
  unit: '°C',
  first: at,
  last: at,
  count: at ? 1 : 0,
  latest: at ? { t: at, v: 18, quality: 'good' } : null,
  store: { every_s: 0, deadband: 0, longest_s: 0, chosen: false },
})
const A = seriesOf('s1', 'a', '2026-11-20T17:59:00Z')
const B = seriesOf('s2', 'b', '2026-11-20T15:00:00Z')
const C = seriesOf('s3', 'c', null)
const told = (id: string, gap_s: number | null = 180) => ({ id, rate_per_h: 60, gap_s, gaps_24h: 0, longest_s: null, silent_for_s: 0 })
const nothing = () => undefined

test('silent streams come first, then by name', () => {
  const streams = streamsOf([A, B, C], [told('s1'), told('s2'), told('s3', null)], nothing, NOW)
  expect(streams.map((one) => [one.series.id, one.silentS])).toEqual([
    ['s2', 3 * 3600],
    ['s1', null],
    ['s3', null],
  ])
})

test('what was just heard ends a silence', () => {
  const heard = (id: string): Newest | undefined => (id === 's2' ? { t: NOW - 1000, v: 12, quality: 'good' } : undefined)
  const streams = streamsOf([B], [told('s2')], heard, NOW)
  expect(streams[0]).toMatchObject({ silentS: null, newest: { v: 12 } })
})

test('older news than the list has are no news', () => {
  const streams = streamsOf([A], [], () => ({ t: 0, v: 1, quality: 'good' }), NOW)
  expect(streams[0]?.newest?.v).toBe(18)
})

test('nobody is called silent before it is known how often it reports, or what the time is', () => {
  expect(streamsOf([B], [], nothing, NOW)[0]?.silentS).toBeNull()
  expect(streamsOf([B], [told('s2')], nothing, 0)[0]?.silentS).toBeNull()
})

test("agents and vessels are Krausen's own", () => {
  const agents = new Set(['cellar-pi'])
  expect(['krausen', 'cellar-pi', 'orchard'].map((name) => isOurs(name, agents))).toEqual([true, true, false])
})

test.each([
  [0, 0, 'nothing has come in yet'],
  [1, 0, '1\u00a0stream, it reports'],
  [5, 0, '5\u00a0streams, all report'],
  [5, 1, '5\u00a0streams, 1 silent'],
  [5, 5, '5\u00a0streams, all silent'],
])('%i streams, %i of them silent', (streams, silent, said) => {
  expect(words.sentence(streams, silent)).toBe(said)
})
