// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte'
import { createRawSnippet } from 'svelte'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import Late from '../../src/controls/Late.svelte'

const PART = createRawSnippet<[string]>((part) => ({ render: () => `<b>${part()}</b>` }))

let asked = 0
let closed = 0
let place: HTMLElement

beforeEach(() => {
  asked = closed = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

/** A part that cannot be had the first `times`, and then takes `ms` to come. */
function late(times: number, ms = 0) {
  return async () => {
    asked += 1
    if (asked <= times) throw new TypeError('Failed to fetch')
    if (ms) await new Promise((resume) => setTimeout(resume, ms))
    return 'the window'
  }
}

function show(load: () => Promise<string>, more: { height?: number } = {}) {
  const shown = render(Late, { name: 'Window', load, onclose: () => (closed += 1), children: PART, ...more } as never)
  place = shown.container
  return shown
}

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const text = () => place.textContent.trim()
const escape = (more: KeyboardEventInit = {}) => fireEvent.keyDown(document.body, { key: 'Escape', ...more })

describe('a part that is fetched when it is wanted', () => {
  test('is said to be on its way only when that takes time', async () => {
    show(late(0, 9000))
    await after(299)
    expect(text()).toBe('')
    await after(1)
    expect(screen.getByRole('status').textContent).toBe('Loading')
    await after(7700)
    expect(screen.getByRole('status').textContent).toContain('taking its time')
    await after(1000)
    expect(text()).toBe('the window')
  })

  test('says that it did not load, and comes by itself', async () => {
    show(late(2))
    await after(0)
    expect(screen.getByRole('alert').textContent).toContain('“Window” did not load')
    expect(screen.getByRole('alert').textContent).toContain('fetched again every few seconds')
    expect(screen.getByRole('alert').textContent).toContain('TypeError: Failed to fetch')
    await after(6000)
    expect(screen.queryByRole('alert')).toBeNull()
    expect(text()).toBe('the window')
    expect(asked).toBe(3)
  })

  test.each([
    ['the button', () => fireEvent.click(screen.getByRole('button', { name: 'Close' }))],
    ['Escape', () => escape()],
  ])('is given up with %s', async (_way, dismiss) => {
    show(late(1))
    await after(0)
    await dismiss()
    expect(closed).toBe(1)
    await after(60_000)
    expect(text()).toBe('')
    expect(asked).toBe(1)
  })

  test('is not given up by an Escape that is still held, nor where it has a place of its own', async () => {
    const { unmount } = show(late(1))
    await after(0)
    await escape({ repeat: true })
    expect(closed).toBe(0)
    unmount()
    show(late(9), { height: 200 })
    await after(0)
    await escape()
    expect(closed).toBe(0)
  })

  test('is not fetched any more by who is gone', async () => {
    const { unmount } = show(late(9))
    await after(0)
    unmount()
    await after(60_000)
    expect(asked).toBe(1)
  })

  test('leaves Escape to others once it is there', async () => {
    show(late(0))
    await after(0)
    expect(await escape()).toBe(true)
    expect(closed).toBe(0)
  })
})
