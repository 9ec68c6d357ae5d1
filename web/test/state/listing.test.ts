// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Listing } from '../../src/state/listing.svelte'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function counted(everyMs?: number): { reads: () => number; listing: Listing<number> } {
  let reads = 0
  return { reads: () => reads, listing: new Listing(() => Promise.resolve([(reads += 1)]), [], everyMs) }
}

test('what nobody announces is read again and again while it is followed', () => {
  const { reads, listing } = counted(1000)
  const end = listing.follow()
  vi.advanceTimersByTime(3500)
  expect(reads()).toBe(3)
  end()
  vi.advanceTimersByTime(3500)
  expect(reads()).toBe(3)
})

test('what is announced is not asked for', () => {
  const { reads, listing } = counted()
  const end = listing.follow()
  vi.advanceTimersByTime(60_000)
  expect(reads()).toBe(0)
  end()
})
