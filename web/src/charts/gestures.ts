import { between, type Bounds, panBy, type View, zoomAt } from './view'

/** What a pointer, a wheel or a key may do to a chart. */
export interface Gestures {
  view: () => View
  bounds: () => Bounds
  /** Width of the plot area, CSS pixels. */
  width: () => number
  /** The view moves; `settled` when the hand has let go. */
  look: (view: View, settled: boolean) => void
  reset: () => void
  /** The cursor stands at an instant, or nowhere. */
  point: (t: number | null) => void
  /** A span is being marked, as places in the plot area, or no longer. */
  mark: (from: number | null, to: number | null) => void
}

const ZOOM_STEP = 1.0016
const DRAG_PX = 6
const TAP_MS = 320

type Hand = { id: number; x: number; y: number; startX: number }

/**
 * Listens to mouse and touch on the plot area: drag marks a span, Ctrl and wheel zoom, Shift and drag pan, double click
 * and double tap reset, one finger moves the cursor, two fingers zoom and pan. Gives the act that ends it.
 */
export function listen(area: HTMLElement, gestures: Gestures): () => void {
  const hands = new Map<number, Hand>()
  let panning = false
  let lastTap = 0

  const placeOf = (event: { clientX: number }) => event.clientX - area.getBoundingClientRect().left
  const timeAt = (x: number) => {
    const { from, to } = gestures.view()
    return from + (x / gestures.width()) * (to - from)
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    const x = placeOf(event)
    hands.set(event.pointerId, { id: event.pointerId, x, y: event.clientY, startX: x })
    panning = event.shiftKey
    if (event.pointerType === 'mouse') area.setPointerCapture(event.pointerId)
    else gestures.point(timeAt(x))
  }

  function move(event: PointerEvent): void {
    const x = placeOf(event)
    const hand = hands.get(event.pointerId)
    if (!hand) {
      if (event.pointerType === 'mouse') gestures.point(timeAt(x))
      return
    }
    if (hands.size === 2) return twoHands(hand, x)
    if (panning) shift(x - hand.x, false)
    else if (event.pointerType === 'mouse') drag(hand, x)
    else gestures.point(timeAt(x))
    hand.x = x
  }

  function drag(hand: Hand, x: number): void {
    gestures.point(timeAt(x))
    if (Math.abs(x - hand.startX) > DRAG_PX) gestures.mark(hand.startX, x)
  }

  function twoHands(hand: Hand, x: number): void {
    const other = [...hands.values()].find((one) => one !== hand)
    if (!other) return
    gestures.point(null)
    const before = Math.max(24, Math.abs(hand.x - other.x))
    const after = Math.max(24, Math.abs(x - other.x))
    const zoomed = zoomAt(gestures.view(), timeAt((hand.x + other.x) / 2), before / after, gestures.bounds())
    gestures.look(zoomed, false)
    shift((x - hand.x) / 2, false)
    hand.x = x
  }

  function shift(px: number, settled: boolean): void {
    const view = gestures.view()
    gestures.look(panBy(view, (-px / gestures.width()) * (view.to - view.from), gestures.bounds()), settled)
  }

  function up(event: PointerEvent): void {
    const hand = hands.get(event.pointerId)
    hands.delete(event.pointerId)
    if (!hand) return
    const x = placeOf(event)
    const isDragged = Math.abs(x - hand.startX) > DRAG_PX
    gestures.mark(null, null)
    if (event.pointerType === 'mouse' && isDragged && !panning) {
      gestures.look(between(timeAt(hand.startX), timeAt(x), gestures.bounds()), true)
    } else if (panning || hands.size === 1) {
      gestures.look(gestures.view(), true)
    } else if (event.pointerType !== 'mouse' && !isDragged) {
      tap(event.timeStamp)
    }
  }

  function tap(at: number): void {
    if (at - lastTap < TAP_MS) gestures.reset()
    lastTap = at
  }

  function cancel(event: PointerEvent): void {
    hands.delete(event.pointerId)
    gestures.mark(null, null)
  }

  function leave(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && !hands.size) gestures.point(null)
  }

  function wheel(event: WheelEvent): void {
    if (event.ctrlKey) {
      event.preventDefault()
      const factor = ZOOM_STEP ** (event.deltaY * (event.deltaMode === 1 ? 33 : 1))
      gestures.look(zoomAt(gestures.view(), timeAt(placeOf(event)), factor, gestures.bounds()), true)
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault()
      shift(-event.deltaX, true)
    }
  }

  const ending = new AbortController()
  const on = { signal: ending.signal }
  area.addEventListener('pointerdown', down, on)
  area.addEventListener('pointermove', move, on)
  area.addEventListener('pointerup', up, on)
  area.addEventListener('pointercancel', cancel, on)
  area.addEventListener('pointerleave', leave, on)
  area.addEventListener('dblclick', () => gestures.reset(), on)
  area.addEventListener('wheel', wheel, { ...on, passive: false })
  return () => ending.abort()
}

/** What the keys do while a chart is in focus. */
export interface KeyActs {
  cursor: (rows: number) => void
  zoom: (factor: number) => void
  pan: (share: number) => void
  start: () => void
  end: () => void
  mark: () => void
  reset: () => void
}

const ZOOM = 0.6
const PAN = 0.5

/** Does what a key asks for; false when it asks for nothing here. */
export function act(event: KeyboardEvent, acts: KeyActs): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const rows = event.shiftKey ? 10 : 1
  const table: Record<string, () => void> = {
    ArrowLeft: () => acts.cursor(-rows),
    ArrowRight: () => acts.cursor(rows),
    '+': () => acts.zoom(ZOOM),
    '=': () => acts.zoom(ZOOM),
    '-': () => acts.zoom(1 / ZOOM),
    PageUp: () => acts.pan(-PAN),
    PageDown: () => acts.pan(PAN),
    Home: acts.start,
    End: acts.end,
    m: acts.mark,
    M: acts.mark,
    Escape: acts.reset,
  }
  const found = table[event.key]
  found?.()
  return found !== undefined
}
