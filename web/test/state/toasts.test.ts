import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toasts } from '../../src/state/toasts.svelte'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  toasts.shown.forEach((toast) => toasts.dismiss(toast.id))
  vi.useRealTimers()
})

const texts = () => toasts.shown.map((toast) => toast.text)
const nothing = () => undefined

test('a toast goes after eight seconds', () => {
  toasts.tell('Theme is Dark', nothing)
  vi.advanceTimersByTime(7999)
  expect(texts()).toEqual(['Theme is Dark'])
  vi.advanceTimersByTime(1)
  expect(texts()).toEqual([])
})

test('a toast stays while somebody looks at it, and then eight seconds more', () => {
  toasts.tell('a', nothing)
  const id = toasts.shown[0]?.id ?? 0
  toasts.hold(id)
  vi.advanceTimersByTime(60_000)
  expect(texts()).toEqual(['a'])
  toasts.release(id)
  vi.advanceTimersByTime(8000)
  expect(texts()).toEqual([])
})

test('the oldest goes when there are too many', () => {
  for (const text of ['a', 'b', 'c', 'd']) toasts.tell(text, nothing)
  expect(texts()).toEqual(['b', 'c', 'd'])
})
