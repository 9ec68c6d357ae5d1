import { expect, test } from 'vitest'
import type { Line } from '../../src/charts/series'
import { doubtsSaid } from '../../src/panels/doubts'

const beer: Line = { series: 's1', label: 'Beer', look: 'beer', axis: 'temperature' }
const past = (times: number[], raw: boolean) => ({ untrue: () => times.map((t) => ({ t, v: 85, quality: 'bad' as const })), isRaw: () => raw })

test('untrue readings in sight are counted', () => {
  expect(doubtsSaid(past([1, 5, 50], true), [beer], { from: 0, to: 10 })).toBe('2 untrue readings, drawn as crosses.')
  expect(doubtsSaid(past([1], true), [beer], { from: 0, to: 10 })).toBe('One untrue reading, drawn as a cross.')
  expect(doubtsSaid(past([50], true), [beer], { from: 0, to: 10 })).toBe('No untrue readings here.')
})

test('from afar they cannot be seen, which is told', () => {
  expect(doubtsSaid(past([], false), [beer], { from: 0, to: 10 })).toContain('from closer up')
})
