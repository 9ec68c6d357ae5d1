// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fits, HOLD_MS } from '../../src/controls/hold'
import HoldButton from '../../src/controls/HoldButton.svelte'

let done = 0

beforeEach(() => {
  done = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

function show(disabled = false) {
  render(HoldButton, { label: 'Remove Ben Hopper', name: 'Ben Hopper', disabled, ondone: () => (done += 1) })
}

const button = () => screen.getByRole('button')
const press = () => fireEvent(button(), new MouseEvent('pointerdown', { button: 0, bubbles: true }))
const release = () => fireEvent(button(), new MouseEvent('pointerup', { bubbles: true }))
const type = (text: string) => fireEvent.input(screen.getByRole('textbox'), { target: { value: text } })

describe('a dangerous button', () => {
  test('acts once when it was held long enough', async () => {
    show()
    await press()
    await vi.advanceTimersByTimeAsync(HOLD_MS)
    await release()
    await fireEvent.click(button())
    expect(done).toBe(1)
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test('does nothing when it was let go too early', async () => {
    show()
    await press()
    await vi.advanceTimersByTimeAsync(HOLD_MS - 1)
    await release()
    await vi.advanceTimersByTimeAsync(HOLD_MS)
    expect(done).toBe(0)
  })

  test('takes the typed name instead, for who cannot hold', async () => {
    show()
    await fireEvent.click(button())
    expect(done).toBe(0)
    expect(document.activeElement).toBe(screen.getByRole('textbox'))
    await type('Ben')
    await fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' })
    expect(done).toBe(0)
    await type('ben  hopper ')
    await fireEvent.click(button())
    expect(done).toBe(1)
  })

  test('takes Enter in the field when the name fits', async () => {
    show()
    await fireEvent.click(button())
    await type('Ben Hopper')
    await fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' })
    expect(done).toBe(1)
  })

  test('cannot be held while it is off', async () => {
    show(true)
    await press()
    await vi.advanceTimersByTimeAsync(HOLD_MS * 2)
    expect(done).toBe(0)
  })
})

test('a name fits whatever its capitals and spaces, but never an empty one', () => {
  expect(fits(' NORTH  freezer', 'North freezer')).toBe(true)
  expect(fits('North', 'North freezer')).toBe(false)
  expect(fits('', '')).toBe(false)
})
