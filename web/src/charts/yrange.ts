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

/** Ends of an axis and its grid lines, stored numbers; the step between them in shown numbers. */
export interface Ends {
  min: number
  max: number
  lines: number[]
  step: number
}

/** Room above and below the data, as parts of its height: what is wanted, and what will do where round steps ask for it. */
const AIRS = [0.08, 0.03]
const FEWEST_STEPS = 3
const MOST_STEPS = 6

/** The range of an axis: it grows at once when data leaves it, and shrinks only when it is told to begin anew. */
export class YRange {
  #low = Infinity
  #high = -Infinity
  #ends: Ends | null = null
  readonly #scale: Scale

  constructor(scale: Scale) {
    this.#scale = scale
  }

  /** Forgets what was seen: a new stretch is looked at. */
  restart(): void {
    this.#low = Infinity
    this.#high = -Infinity
    this.#ends = null
  }

  /** Takes values into the range, stored numbers. */
  include(low: number, high: number): void {
    this.#low = Math.min(this.#low, low)
    this.#high = Math.max(this.#high, high)
    const ends = this.#ends
    if (ends && (this.#low < ends.min || this.#high > ends.max)) this.#ends = null
  }

  /** Without any data, some range that can be drawn. */
  ends(): Ends {
    if (this.#low > this.#high) {
      const { empty = 0, least } = this.#scale
      return this.#fitted(empty, empty + least)
    }
    this.#ends ??= this.#fitted(this.#scale.shown(this.#low), this.#scale.shown(this.#high))
    return this.#ends
  }

  /** The lowest axis on round steps that holds the data with some air, in three to six steps. */
  #fitted(low: number, high: number): Ends {
    const { stored, least } = this.#scale
    const fits = AIRS.flatMap((air) => candidates(low, high, air, least)).sort((a, b) => a.max - a.min - (b.max - b.min))
    const { min, max, step } = fits[0] ?? { min: low, max: low + least, step: least }
    return { min: stored(min), max: stored(max), lines: grid(min, max, step).map(stored), step }
  }
}

function candidates(low: number, high: number, air: number, least: number): { min: number; max: number; step: number }[] {
  const span = Math.max((high - low) * (1 + 2 * air), least)
  const middle = (low + high) / 2
  return [FEWEST_STEPS, 4, 5, MOST_STEPS, 2 * MOST_STEPS]
    .map((wanted) => roundStep(span, wanted))
    .map((step) => ({
      step,
      min: Math.floor((middle - span / 2) / step + 1e-9) * step,
      max: Math.ceil((middle + span / 2) / step - 1e-9) * step,
    }))
    .filter(({ min, max, step }) => {
      const steps = Math.round((max - min) / step)
      return steps >= FEWEST_STEPS && steps <= MOST_STEPS
    })
}
