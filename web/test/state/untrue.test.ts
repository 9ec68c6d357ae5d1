import { expect, test } from 'vitest'
import { untrueOf, withoutBad } from '../../src/state/untrue'

const sent = { id: 's1', gap_s: 30, t: [1, 2, 3], v: [18, 85, 25], quality: ['good' as const, 'bad' as const, 'doubtful' as const] }

test('what is not believed is told from what is', () => {
  expect(untrueOf(sent)).toEqual([
    { t: 2, v: 85, quality: 'bad' },
    { t: 3, v: 25, quality: 'doubtful' },
  ])
})

test('bad readings are no part of the line, doubtful ones are', () => {
  expect(withoutBad(sent)).toEqual({ id: 's1', gap_s: 30, t: [1, 3], v: [18, 25] })
})

test('buckets and what came without its quality stay as they are', () => {
  const buckets = { id: 's1', gap_s: null, t: [1], min: [1], mean: [2], max: [3] }
  const plain = { id: 's1', gap_s: null, t: [1], v: [1] }
  expect([untrueOf(buckets), untrueOf(plain)]).toEqual([[], []])
  expect([withoutBad(buckets), withoutBad(plain)]).toEqual([buckets, plain])
})
