import { grid, roundStep } from '../units/ticks'

/** Numbers of an axis as the person reads them, and back to what is stored. */
export interface Scale {
  shown: (stored: number) => number
  stored: (shown: number) => number
  /** The axis is at least this high, in shown numbers. */
  least: number
  /** Where it begins while there is nothing to show, in shown numbers. */
  empty?: number
}

const AIR = 0.08
const LINES = 5

/** The range of an axis: it grows at once when data leaves it, and shrinks only when it is told to begin anew. */
export class YRange {
  #low = Infinity
  #high = -Infinity
  readonly #scale: Scale

  constructor(scale: Scale) {
    this.#scale = scale
  }

  /** Forgets what was seen: a new stretch is looked at. */
  restart(): void {
    this.#low = Infinity
    this.#high = -Infinity
  }

  /** Takes values into the range, stored numbers. */
  include(low: number, high: number): void {
    this.#low = Math.min(this.#low, low)
    this.#high = Math.max(this.#high, high)
  }

  /** Ends of the axis and its grid lines, stored numbers. Without any data, some range that can be drawn. */
  ends(): { min: number; max: number; lines: number[]; step: number } {
    const { shown, stored, least, empty = 0 } = this.#scale
    const isEmpty = this.#low > this.#high
    const [low, high] = isEmpty ? [empty, empty + least] : [shown(this.#low), shown(this.#high)]
    const span = Math.max((high - low) * (1 + 2 * AIR), least)
    const middle = (low + high) / 2
    const step = roundStep(span, LINES)
    const min = Math.floor((middle - span / 2) / step + 1e-9) * step
    const max = Math.ceil((middle + span / 2) / step - 1e-9) * step
    return { min: stored(min), max: stored(max), lines: grid(min, max, step).map(stored), step }
  }
}
