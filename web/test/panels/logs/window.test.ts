// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import LogWindow from '../../../src/panels/logs/LogWindow.svelte'

const realFetch = globalThis.fetch
let closed = 0

beforeEach(() => {
  closed = 0
  globalThis.fetch = () => Promise.reject(new TypeError('away'))
  render(LogWindow, { onclose: () => (closed += 1) })
})
afterEach(() => {
  globalThis.fetch = realFetch
})

const press = (key: KeyboardEventInit) => fireEvent.keyDown(screen.getByRole('heading', { name: 'What devices say' }), key)

test('the key that opened the window closes it, and nobody takes the same press for another', async () => {
  expect(await press({ key: 'l' })).toBe(false)
  expect(closed).toBe(1)
})

test.each([
  ['the key that opened it and is still held', { key: 'l', repeat: true }],
  ['another key', { key: 'k' }],
  ['a key of the browser', { key: 'l', ctrlKey: true }],
])('the window stays with %s', async (_which, key) => {
  expect(await press(key)).toBe(true)
  expect(closed).toBe(0)
})
