/** A stretch of time that is looked at, epoch milliseconds. */
export interface View {
  from: number
  to: number
}

/** How far one can look: not before the first reading, not beyond what is planned, not closer than makes sense. */
export interface Bounds {
  earliest: number
  latest: number
}

const CLOSEST_MS = 60_000

/** Brings `at` nearer (factor below 1) or farther, leaving it where it is on the screen. */
export function zoomAt(view: View, at: number, factor: number, bounds: Bounds): View {
  const widest = Math.max(CLOSEST_MS, bounds.latest - bounds.earliest)
  const span = clamp((view.to - view.from) * factor, CLOSEST_MS, widest)
  const share = (at - view.from) / (view.to - view.from)
  return within({ from: at - share * span, to: at + (1 - share) * span }, bounds)
}

/** Moves by so many milliseconds, later when positive, and stops at the ends. */
export function panBy(view: View, ms: number, bounds: Bounds): View {
  return within({ from: view.from + ms, to: view.to + ms }, bounds)
}

/** The same span, moved to lie within the bounds, or all of them when it is longer. */
export function within(view: View, { earliest, latest }: Bounds): View {
  const span = view.to - view.from
  if (span >= latest - earliest) return { from: earliest, to: Math.max(latest, earliest + CLOSEST_MS) }
  const from = clamp(view.from, earliest, latest - span)
  return { from, to: from + span }
}

/** The stretch between two marked instants, in whichever order, at least as long as the closest view. */
export function between(a: number, b: number, bounds: Bounds): View {
  const middle = (a + b) / 2
  const half = Math.max(Math.abs(a - b), CLOSEST_MS) / 2
  return within({ from: middle - half, to: middle + half }, bounds)
}

/** The middle third of a view. */
export function middleOf({ from, to }: View): View {
  const third = (to - from) / 3
  return { from: from + third, to: to - third }
}

/** True when a view ends at the present, or after it: such a view moves with time. */
export function endsNow(view: View, now: number): boolean {
  return view.to >= now - (view.to - view.from) * 0.002
}

function clamp(value: number, least: number, greatest: number): number {
  return Math.min(Math.max(value, least), Math.max(least, greatest))
}
