// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from 'vitest'
import { act, type Gestures, listen } from '../../src/charts/gestures'
import type { View } from '../../src/charts/view'

const WIDTH = 1000
let end: (() => void) | null = null

afterEach(() => end?.())

function setUp() {
  const area = document.createElement('div')
  area.setPointerCapture = () => undefined
  const seen = { view: { from: 0, to: 1_000_000 } as View, settled: 0, resets: 0, cursor: null as number | null, picked: [] as number[], marked: null as [number, number] | null }
  const gestures: Gestures = {
    view: () => seen.view,
    bounds: () => ({ earliest: -5_000_000, latest: 5_000_000 }),
    width: () => WIDTH,
    look: (view, settled) => {
      seen.view = view
      seen.settled += settled ? 1 : 0
    },
    reset: () => (seen.resets += 1),
    point: (t) => (seen.cursor = t),
    pick: (t) => seen.picked.push(t),
    mark: (from, to) => (seen.marked = from === null || to === null ? null : [from, to]),
  }
  end = listen(area, gestures)
  const pointer = (kind: string, x: number, more: { pointerType?: string; pointerId?: number; shiftKey?: boolean; timeStamp?: number } = {}) => {
    const event = new MouseEvent(`pointer${kind}`, { clientX: x, button: 0, shiftKey: more.shiftKey ?? false, cancelable: true })
    Object.defineProperties(event, {
      pointerType: { value: more.pointerType ?? 'mouse' },
      pointerId: { value: more.pointerId ?? 1 },
      ...(more.timeStamp === undefined ? {} : { timeStamp: { value: more.timeStamp } }),
    })
    area.dispatchEvent(event)
  }
  const wheel = (init: WheelEventInit) => {
    const event = new WheelEvent('wheel', { cancelable: true, ...init })
    area.dispatchEvent(event)
    return event
  }
  return { area, seen, pointer, wheel }
}

const touch = (pointerId = 1, timeStamp?: number) => ({ pointerType: 'touch', pointerId, ...(timeStamp === undefined ? {} : { timeStamp }) })

describe('picking an instant', () => {
  test('is a click that drags nothing', () => {
    const { seen, pointer } = setUp()
    pointer('down', 250)
    pointer('up', 252)
    pointer('down', 600)
    pointer('move', 400)
    pointer('up', 400)
    expect(seen.picked).toEqual([252_000])
  })

  test('is a tap; the second of two resets instead, and a finger that moves picks nothing', () => {
    const { seen, pointer } = setUp()
    pointer('down', 100, touch())
    pointer('up', 100, touch(1, 1000))
    pointer('down', 100, touch())
    pointer('up', 100, touch(1, 1100))
    pointer('down', 100, touch())
    pointer('move', 300, touch())
    pointer('up', 300, touch(1, 9000))
    expect(seen.picked).toEqual([100_000])
    expect(seen.resets).toBe(1)
  })

  test('is Enter, where there is something to be picked', () => {
    const picked: string[] = []
    const nothing = () => undefined
    const acts = { cursor: nothing, zoom: nothing, pan: nothing, start: nothing, end: nothing, mark: nothing, reset: nothing }
    const enter = new KeyboardEvent('keydown', { key: 'Enter' })
    expect(act(enter, acts)).toBe(false)
    expect(act(enter, { ...acts, pick: () => picked.push('here') })).toBe(true)
    expect(picked).toEqual(['here'])
  })
})

describe('a mouse', () => {
  test('moves the cursor, and takes it away when it leaves', () => {
    const { seen, pointer } = setUp()
    pointer('move', 250)
    expect(seen.cursor).toBe(250_000)
    pointer('leave', 250)
    expect(seen.cursor).toBeNull()
  })

  test('marks a span by dragging, and looks at it when let go', () => {
    const { seen, pointer } = setUp()
    pointer('down', 600)
    pointer('move', 400)
    expect(seen.marked).toEqual([600, 400])
    pointer('up', 400)
    expect(seen.marked).toBeNull()
    expect(seen.view).toEqual({ from: 400_000, to: 600_000 })
    expect(seen.settled).toBe(1)
  })

  test('a click alone changes nothing', () => {
    const { seen, pointer } = setUp()
    pointer('down', 600)
    pointer('up', 603)
    expect(seen.view).toEqual({ from: 0, to: 1_000_000 })
  })

  test('pans with Shift', () => {
    const { seen, pointer } = setUp()
    pointer('down', 600, { shiftKey: true })
    pointer('move', 500)
    pointer('up', 500)
    expect(seen.view).toEqual({ from: 100_000, to: 1_100_000 })
    expect(seen.settled).toBe(1)
  })

  test('resets with a double click', () => {
    const { seen, area } = setUp()
    area.dispatchEvent(new MouseEvent('dblclick'))
    expect(seen.resets).toBe(1)
  })

  test('zooms at the pointer with Ctrl and wheel, and leaves the plain wheel to the page', () => {
    const { seen, wheel } = setUp()
    expect(wheel({ deltaY: 100 }).defaultPrevented).toBe(false)
    expect(wheel({ deltaY: -200, ctrlKey: true, clientX: 250 }).defaultPrevented).toBe(true)
    const { from, to } = seen.view
    expect(to - from).toBeLessThan(1_000_000)
    expect((250_000 - from) / (to - from)).toBeCloseTo(0.25)
  })

  test('a wheel has come to rest when it says nothing more', () => {
    vi.useFakeTimers()
    const { seen, wheel } = setUp()
    wheel({ deltaY: -200, ctrlKey: true })
    vi.advanceTimersByTime(150)
    wheel({ deltaY: -200, ctrlKey: true })
    vi.advanceTimersByTime(150)
    expect(seen.settled).toBe(0)
    vi.advanceTimersByTime(60)
    expect(seen.settled).toBe(1)
    vi.useRealTimers()
  })

  test('pans with a sideways wheel', () => {
    const { seen, wheel } = setUp()
    wheel({ deltaX: 100, deltaY: 5 })
    expect(seen.view.from).toBe(100_000)
  })
})

describe('fingers', () => {
  test('one moves the cursor and never the view', () => {
    const { seen, pointer } = setUp()
    pointer('down', 300, touch())
    pointer('move', 500, touch())
    pointer('up', 500, touch())
    expect(seen.cursor).toBe(500_000)
    expect(seen.view).toEqual({ from: 0, to: 1_000_000 })
  })

  test('two spread to zoom', () => {
    const { seen, pointer } = setUp()
    pointer('down', 400, touch(1))
    pointer('down', 600, touch(2))
    pointer('move', 800, touch(2))
    pointer('up', 800, touch(2))
    const { from, to } = seen.view
    expect(to - from).toBeCloseTo(500_000, -3)
    expect(seen.settled).toBe(1)
  })

  test('two taps in the same breath reset, a slow pair does not', () => {
    const { seen, pointer } = setUp()
    for (const at of [1000, 1200, 5000, 6000]) {
      pointer('down', 300, touch(1, at))
      pointer('up', 300, touch(1, at))
    }
    expect(seen.resets).toBe(1)
  })
})

test('after the end nothing is heard', () => {
  const { seen, pointer } = setUp()
  end?.()
  pointer('move', 250)
  expect(seen.cursor).toBeNull()
})

describe('keys', () => {
  const press = (key: string, more: KeyboardEventInit = {}) => {
    const done: string[] = []
    const used = act(new KeyboardEvent('keydown', { key, ...more }), {
      cursor: (rows) => done.push(`cursor ${rows}`),
      zoom: (factor) => done.push(factor < 1 ? 'in' : 'out'),
      pan: (share) => done.push(share < 0 ? 'earlier' : 'later'),
      start: () => done.push('start'),
      end: () => done.push('end'),
      mark: () => done.push('mark'),
      reset: () => done.push('reset'),
    })
    return used ? done.join() : null
  }

  test.each([
    ['ArrowLeft', {}, 'cursor -1'],
    ['ArrowRight', { shiftKey: true }, 'cursor 10'],
    ['+', {}, 'in'],
    ['-', {}, 'out'],
    ['PageUp', {}, 'earlier'],
    ['PageDown', {}, 'later'],
    ['Home', {}, 'start'],
    ['End', {}, 'end'],
    ['m', {}, 'mark'],
    ['Escape', {}, 'reset'],
    ['a', {}, null],
    ['+', { ctrlKey: true }, null],
  ])('%s %o does %s', (key, more, wanted) => {
    expect(press(key, more)).toBe(wanted)
  })
})
