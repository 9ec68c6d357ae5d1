import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fetched } from '../../src/state/fetching'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A part that cannot be had the first `times`. */
function late(times: number): () => Promise<string> {
  let left = times
  return () => (left-- > 0 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve('part'))
}

test('a part that cannot be had at first is fetched until it is there', async () => {
  const failures: string[] = []
  const part = fetched(late(2), () => true, (failure) => failures.push(String(failure)))
  await vi.advanceTimersByTimeAsync(6000)
  expect(await part).toBe('part')
  expect(failures).toEqual(['TypeError: Failed to fetch', 'TypeError: Failed to fetch'])
})

test('what nobody waits for any more is not fetched again', async () => {
  let isWanted = true
  const load = vi.fn(late(99))
  const part = fetched(load, () => isWanted, () => undefined)
  await vi.advanceTimersByTimeAsync(1000)
  isWanted = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await part).toBeNull()
  expect(load).toHaveBeenCalledTimes(1)
})

test('a part that comes when one has gone elsewhere is left aside', async () => {
  let isWanted = true
  const part = fetched(() => Promise.resolve('part'), () => isWanted, () => undefined)
  isWanted = false
  expect(await part).toBeNull()
})

test('what fails when one has gone elsewhere is told to nobody', async () => {
  let isWanted = true
  const failures: unknown[] = []
  const part = fetched(late(1), () => isWanted, (failure) => failures.push(failure))
  isWanted = false
  expect(await part).toBeNull()
  expect(failures).toEqual([])
})
