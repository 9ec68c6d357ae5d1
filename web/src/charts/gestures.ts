import { between, type Bounds, panBy, type View, zoomAt } from './view'

/** What a pointer or a wheel may do to a chart. */
export interface Gestures {
  view: () => View
  bounds: () => Bounds
  /** Width of the plot area, CSS pixels. */
  width: () => number
  /** The view moves; `settled` when the hand has let go. */
  look: (view: View, settled: boolean) => void
  reset: () => void
  /** Takes a dragged span, or gives false, and it is looked at closely. */
  select?: (span: View) => boolean
  /** The cursor stands at an instant, or nowhere. */
  point: (t: number | null) => void
  /** An instant is picked: by a click, or by a tap. */
  pick?: (t: number) => void
  /** A span is being marked, as places in the plot area, or no longer. */
  mark: (from: number | null, to: number | null) => void
}

interface Hand {
  x: number
  startX: number
}

const ZOOM_STEP = 1.0016
const LINE_PX = 33
const DRAG_PX = 6
const TAP_MS = 320
const REST_MS = 200
const CLOSEST_HANDS_PX = 24

/**
 * Listens to mouse and touch on the plot area: drag marks a span, Ctrl and wheel zoom, Shift and drag pan, double click
 * and double tap reset, one finger moves the cursor, two fingers zoom and pan. Gives the act that ends it.
 */
export function listen(area: HTMLElement, gestures: Gestures): () => void {
  const hands = new Hands(area, gestures)
  const ending = new AbortController()
  const on = { signal: ending.signal }
  area.addEventListener('pointerdown', (event) => hands.down(event), on)
  area.addEventListener('pointermove', (event) => hands.move(event), on)
  area.addEventListener('pointerup', (event) => hands.up(event), on)
  area.addEventListener('pointercancel', (event) => hands.cancel(event), on)
  area.addEventListener('pointerleave', (event) => hands.leave(event), on)
  area.addEventListener('dblclick', () => gestures.reset(), on)
  area.addEventListener('wheel', (event) => hands.wheel(event), { ...on, passive: false })
  return () => {
    hands.rest()
    ending.abort()
  }
}

class Hands {
  readonly #area: HTMLElement
  readonly #gestures: Gestures
  readonly #hands = new Map<number, Hand>()
  #isPanning = false
  #lastTap = 0
  #resting: ReturnType<typeof setTimeout> | undefined

  constructor(area: HTMLElement, gestures: Gestures) {
    this.#area = area
    this.#gestures = gestures
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return
    const x = this.#placeOf(event)
    this.#hands.set(event.pointerId, { x, startX: x })
    this.#isPanning = event.shiftKey
    if (event.pointerType === 'mouse') this.#area.setPointerCapture(event.pointerId)
    else this.#gestures.point(this.#timeAt(x))
  }

  move(event: PointerEvent): void {
    const x = this.#placeOf(event)
    const hand = this.#hands.get(event.pointerId)
    if (!hand) {
      if (event.pointerType === 'mouse') this.#gestures.point(this.#timeAt(x))
      return
    }
    if (this.#hands.size === 2) this.#spread(hand, x)
    else if (this.#isPanning) this.#shift(x - hand.x)
    else this.#drag(hand, x, event.pointerType === 'mouse')
    hand.x = x
  }

  up(event: PointerEvent): void {
    const hand = this.#hands.get(event.pointerId)
    if (!hand) return
    const x = this.#placeOf(event)
    const wasTwo = this.#hands.size === 2
    this.#hands.delete(event.pointerId)
    this.#gestures.mark(null, null)
    const isDragged = Math.abs(x - hand.startX) > DRAG_PX
    if (this.#isPanning || wasTwo) this.#gestures.look(this.#gestures.view(), true)
    else if (event.pointerType !== 'mouse') this.#tap(isDragged, x, event.timeStamp)
    else if (isDragged) this.#select(hand.startX, x)
    else this.#gestures.pick?.(this.#timeAt(x))
  }

  cancel(event: PointerEvent): void {
    this.#hands.delete(event.pointerId)
    this.#gestures.mark(null, null)
  }

  leave(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && !this.#hands.size) this.#gestures.point(null)
  }

  wheel(event: WheelEvent): void {
    const { look, view, bounds } = this.#gestures
    if (event.ctrlKey) {
      event.preventDefault()
      const factor = ZOOM_STEP ** (event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1))
      look(zoomAt(view(), this.#timeAt(this.#placeOf(event)), factor, bounds()), false)
      this.#settleSoon()
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault()
      this.#shift(-event.deltaX)
      this.#settleSoon()
    }
  }

  /** Ends what is to come. */
  rest(): void {
    clearTimeout(this.#resting)
  }

  /** A wheel never says that it has come to rest. */
  #settleSoon(): void {
    this.rest()
    this.#resting = setTimeout(() => this.#gestures.look(this.#gestures.view(), true), REST_MS)
  }

  #drag(hand: Hand, x: number, isMouse: boolean): void {
    this.#gestures.point(this.#timeAt(x))
    if (isMouse && Math.abs(x - hand.startX) > DRAG_PX) this.#gestures.mark(hand.startX, x)
  }

  #select(from: number, to: number): void {
    const { select, look, bounds } = this.#gestures
    const [a, b] = [this.#timeAt(from), this.#timeAt(to)]
    const isTaken = select?.({ from: Math.min(a, b), to: Math.max(a, b) }) ?? false
    if (!isTaken) look(between(a, b, bounds()), true)
  }

  #spread(hand: Hand, x: number): void {
    const other = [...this.#hands.values()].find((one) => one !== hand)
    if (!other) return
    this.#gestures.point(null)
    const before = Math.max(CLOSEST_HANDS_PX, Math.abs(hand.x - other.x))
    const after = Math.max(CLOSEST_HANDS_PX, Math.abs(x - other.x))
    const middle = this.#timeAt((hand.x + other.x) / 2)
    this.#gestures.look(zoomAt(this.#gestures.view(), middle, before / after, this.#gestures.bounds()), false)
    this.#shift((x - hand.x) / 2)
  }

  #shift(px: number): void {
    const view = this.#gestures.view()
    const ms = (-px / this.#gestures.width()) * (view.to - view.from)
    this.#gestures.look(panBy(view, ms, this.#gestures.bounds()), false)
  }

  #tap(isDragged: boolean, x: number, at: number): void {
    if (isDragged) return
    if (at - this.#lastTap < TAP_MS) this.#gestures.reset()
    else this.#gestures.pick?.(this.#timeAt(x))
    this.#lastTap = at
  }

  #placeOf(event: { clientX: number }): number {
    return event.clientX - this.#area.getBoundingClientRect().left
  }

  #timeAt(x: number): number {
    const { from, to } = this.#gestures.view()
    return from + (x / this.#gestures.width()) * (to - from)
  }
}

/** What the keys do while a chart is in focus. */
export interface KeyActs {
  cursor: (rows: number) => void
  zoom: (factor: number) => void
  pan: (share: number) => void
  start: () => void
  end: () => void
  mark: () => void
  /** Where something is to be picked. */
  pick?: () => void
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
    ...(acts.pick ? { Enter: acts.pick } : {}),
  }
  const found = table[event.key]
  found?.()
  return found !== undefined
}
