import { type Draft, inserted, removed, withEnd, withLevel } from '../../state/draft'
import { HOUR_MS, type Standstill } from '../../state/timeline'
import { round } from '../../units/round'
import { fromCelsius, type TemperatureUnit, toCelsius } from '../../units/temperature'
import { STEP_H } from './length'
import type { Laid } from './plan'

/** Where a plan is moved about: how it lies in time, what of it is over, and in which unit a hand counts. */
export interface Ground {
  laid: Laid
  pauses: readonly Standstill[]
  /** The present of a course that is followed; nothing ends before it. */
  now: number | null
  unit: TemperatureUnit
}

/** Keeps a temperature exact enough that it reads the same in either unit. */
const DECIMALS = 4

/** Lifts a step to a temperature, °C, on tenths of the person's unit; `free` on hundredths. */
export function lifted(draft: Draft, at: number, celsius: number, { laid, unit }: Ground, free = false): Draft {
  const shown = round(fromCelsius(celsius, unit), free ? 2 : 1)
  return withLevel(draft, at, round(toCelsius(shown, unit), DECIMALS), laid.first)
}

/** Has a step end at an instant, on whole hours of its own; of a mash, on minutes, and `free` so of any. */
export function endedAt(draft: Draft, at: number, t: number, { laid, pauses, now }: Ground, free = false): Draft {
  const [step, place] = [draft.steps[at], laid.places[at]]
  if (!step || !place || place.end === Infinity) return draft
  const snap = (free ? STEP_H.mash.fine : STEP_H[draft.type].fine) * HOUR_MS
  const least = Math.max(place.start, now !== null && at === laid.current ? now : place.start)
  if (step.until !== null) return withEnd(draft, at, 0, Math.max(least, Math.round(t / snap) * snap))
  const length = (until: number) => until - place.start - stoodStill(pauses, place.start, until)
  return withEnd(draft, at, 0, Math.max(length(least), Math.round(length(Math.max(t, least)) / snap) * snap))
}

/** How long a course stood still between two instants. */
export function stoodStill(pauses: readonly Standstill[], from: number, to: number): number {
  return pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(to, pause.end) - Math.max(from, pause.start)), 0)
}

/** What a key does to the handle that has the focus; null where it does nothing. */
export function keyed(draft: Draft, at: number, { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>, ground: Ground): Draft | null {
  const by = STEP_H[draft.type][shiftKey ? 'coarse' : 'fine'] * HOUR_MS
  const degrees = shiftKey ? 1 : 0.1
  const step = draft.steps[at]
  if (!step) return null
  const lift = (up: number) => lifted(draft, at, toCelsius(fromCelsius(step.temperature, ground.unit) + up, ground.unit), ground, true)
  const shift = (ms: number) => endedAt(draft, at, (ground.laid.places[at]?.end ?? 0) + ms, ground, true)
  const acts: Record<string, () => Draft> = {
    ArrowUp: () => lift(degrees),
    ArrowDown: () => lift(-degrees),
    ArrowRight: () => shift(by),
    ArrowLeft: () => shift(-by),
    Insert: () => inserted(draft, at + 1),
    Delete: () => (draft.steps.length > 1 && at !== ground.laid.current ? removed(draft, at) : draft),
  }
  return acts[key]?.() ?? null
}
