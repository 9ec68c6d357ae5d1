import { type Column, extremes } from '../state/columns'
import { type Corner, cornersOf, HOUR_MS, type Leg } from '../state/timeline'
import { profiles as words } from '../text/profiles'
import { units } from '../text/units'
import { differenceFromCelsius, fromCelsius, type TemperatureUnit, toCelsius } from '../units/temperature'
import type { Tick } from '../units/ticks'
import type { View } from './view'
import { YRange } from './yrange'

/** A place on a plan that can be taken hold of: it ends a step, whose number in the list is `at`. */
export interface Handle {
  at: number
  t: number
  c: number
  /** It is over, and stays where it is. */
  isPast: boolean
  /** It has no end in time; only its temperature can be moved. */
  isOpen: boolean
  isWrong: boolean
  label: string
  /** What stands beside it while it is held. */
  said: readonly [string, string]
}

const DAY_MS = 24 * HOUR_MS
const MINUTE_MS = 60_000
const LEAST_C = 4
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 5, 7, 14, 28].map((n) => n * DAY_MS),
]

/** How much room there is for what lasts for good, and to draw a last step longer. */
const TAIL = 0.12
const LEAST_TAIL_MS = { fermentation: 12 * HOUR_MS, mash: 10 * MINUTE_MS } as const

/** The stretch that a plan is seen in: all of it, or what is ahead of an instant. */
export function planView(legs: readonly Leg[], from: number, type: keyof typeof LEAST_TAIL_MS, upTo = from): View {
  const ends = legs.flatMap(({ start, end }) => (end === Infinity ? [start] : [start, end]))
  const last = Math.max(from, upTo, ...ends)
  return { from, to: last + Math.max(LEAST_TAIL_MS[type], (last - from) * TAIL) }
}

/** Where a handle of a step without an end stands: in the middle of the tail, so that it can be seen and held. */
export function openEnd(begins: number, view: View): number {
  return begins + (view.to - begins) * 0.62
}

/** A temperature axis for plans, in the person's unit. */
export function planRange(unit: TemperatureUnit): YRange {
  return new YRange({
    shown: (celsius) => fromCelsius(celsius, unit),
    stored: (value) => toCelsius(value, unit),
    least: differenceFromCelsius(LEAST_C, unit),
    empty: fromCelsius(18, unit),
  })
}

/** Takes what is drawn into the range of an axis. */
export function includeAll(range: YRange, corners: readonly Corner[], columns: readonly (Column | undefined)[], view: View): void {
  for (const { c } of corners) if (!Number.isNaN(c)) range.include(c, c)
  for (const column of columns) {
    const found = column && extremes(column, view.from, view.to)
    if (found) range.include(...found)
  }
}

/** Ticks counted from the start of a plan that has no date yet. */
export function relativeTicks(start: number, { from, to }: View, apart: number): Tick[] {
  const step = STEPS_MS.find((one) => one >= apart) ?? Math.ceil(apart / (28 * DAY_MS)) * 28 * DAY_MS
  const ticks: Tick[] = []
  for (let n = Math.ceil((from - start) / step); start + n * step <= to; n += 1) {
    ticks.push({ t: start + n * step, label: tickSaid(n * step, step), major: (n * step) % DAY_MS === 0 })
  }
  return ticks
}

/** A path of SVG through corners. */
export function pathThrough(corners: readonly Corner[], x: (t: number) => number, y: (c: number) => number): string {
  return corners.map(({ t, c }, i) => `${i ? 'L' : 'M'}${x(t).toFixed(1)} ${y(c).toFixed(1)}`).join('')
}

/** A whole plan as a small path of SVG; of a plan that hardly moves a level line. */
export function miniPlan(legs: readonly Leg[], type: keyof typeof LEAST_TAIL_MS, { width, height }: { width: number; height: number }): string {
  const view = planView(legs, legs[0]?.start ?? 0, type)
  const corners = cornersOf(legs, view.from, view.to)
  const values = corners.map(({ c }) => c)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = Math.max(high - low, 2)
  const x = (t: number) => ((t - view.from) / (view.to - view.from)) * (width - 2) + 1
  const y = (c: number) => height / 2 - ((c - (low + high) / 2) / span) * (height - 6)
  return corners.length ? pathThrough(corners, x, y) : ''
}

function tickSaid(ms: number, step: number): string {
  if (ms === 0 && step < 6 * HOUR_MS) return `0 ${units.hour}`
  if (step >= DAY_MS || (ms % DAY_MS === 0 && step >= 6 * HOUR_MS)) return words.dayTick(ms / DAY_MS)
  if (step >= HOUR_MS || ms % HOUR_MS === 0) return `${ms / HOUR_MS} ${units.hour}`
  return ms > HOUR_MS ? `${Math.floor(ms / HOUR_MS)}:${String((ms % HOUR_MS) / MINUTE_MS).padStart(2, '0')} ${units.hour}` : `${ms / MINUTE_MS} ${units.minute}`
}
