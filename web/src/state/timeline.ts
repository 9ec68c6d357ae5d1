/**
 * A profile laid out in time: straight lines and jumps, nothing else. The server has the last word; this draws what is
 * being dragged, before it could have answered.
 */
import type { StepKind } from './server'

export const HOUR_MS = 3_600_000

/** What of a step makes its course; `until` in epoch milliseconds. */
export interface StepShape {
  kind: StepKind
  /** °C. */
  temperature: number
  hours: number | null
  until: number | null
}

/** A time in which the course stands still. */
export interface Standstill {
  start: number
  end: number
}

/** A straight line of one step; what is kept after the last step bears the number after it. Endless ones end at Infinity. */
export interface Leg {
  start: number
  end: number
  from: number
  to: number
  step: number
}

/** A corner of a curve: epoch milliseconds and °C. */
export interface Corner {
  t: number
  c: number
}

/** When a step begins and ends, and its temperatures there; `end` is Infinity where it has none. */
export type Placed = Omit<Leg, 'step'>

/** Lays steps out from `start`. In a pause the course stands still: steps in hours end later by it, dates stay. */
export function layOut(steps: readonly StepShape[], start: number, pauses: readonly Standstill[] = []): Leg[] {
  const legs: Leg[] = []
  let t = start
  const all = followed(steps)
  let standing = all[0]?.temperature ?? 0
  for (const [number, step] of all.entries()) {
    if (t === Infinity) break
    legs.push(...legsOf(step, number, { t, c: standing }, pauses))
    const last = legs.at(-1)
    if (last) [t, standing] = [last.end, last.to]
  }
  return legs
}

/** The place of each step. */
export function placed(steps: readonly StepShape[], legs: readonly Leg[]): Placed[] {
  return steps.map((step, number) => {
    const own = legs.filter((leg) => leg.step === number)
    const [first, last] = [own[0], own.at(-1)]
    if (!first || !last) return { start: Infinity, end: Infinity, from: step.temperature, to: step.temperature }
    return { start: first.start, end: last.end, from: first.from, to: step.temperature }
  })
}

/** The temperature at an instant; before the start the first one, at a corner that of the later leg. */
export function valueOf(legs: readonly Leg[], t: number): number {
  const leg = legs.findLast((one) => one.start <= t)
  return leg ? along(leg, t) : (legs[0]?.from ?? NaN)
}

/** Corners of the curve from `from` to `to`; a jump is two at one instant. */
export function cornersOf(legs: readonly Leg[], from: number, to: number): Corner[] {
  const corners: Corner[] = []
  const put = (t: number, c: number) => {
    const last = corners.at(-1)
    if (last?.t !== t || last.c !== c) corners.push({ t, c })
  }
  for (const leg of legs) {
    if (leg.end <= from || leg.start > to) continue
    put(Math.max(from, leg.start), along(leg, Math.max(from, leg.start)))
    put(Math.min(to, leg.end), along(leg, Math.min(to, leg.end)))
  }
  return corners
}

/** How fast the setpoint goes over to a course that is elsewhere, °C an hour. */
export const EASE = { fermentation: 1, mash: 60 } as const

/** Where a line from `from`, of `pace` °C an hour, meets a course; the last leg is level, so that they always meet. */
export function meeting(legs: readonly Leg[], from: Corner, pace: number): Corner {
  const gap = valueOf(legs, from.t) - from.c
  if (Math.abs(gap) < SAME || Number.isNaN(gap)) return from
  const slope = (Math.sign(gap) * pace) / HOUR_MS
  for (const leg of legs.filter((one) => one.end >= from.t)) {
    const begin = Math.max(from.t, leg.start)
    const found = met(leg, { t: begin, c: from.c + slope * (begin - from.t) }, slope)
    if (found) return found
  }
  return from
}

/** The curve ahead of an instant at which the setpoint stands at `here`: it goes over to the course, and then along it. */
export function joined(legs: readonly Leg[], here: Corner, pace: number, to: number): { corners: Corner[]; met: Corner } {
  const there = meeting(legs, here, pace)
  const rest = cornersOf(legs, there.t, Math.max(to, there.t)).filter(({ t, c }) => t > there.t || Math.abs(c - there.c) > SAME)
  return { corners: there.t === here.t ? [here, ...rest] : [here, there, ...rest], met: there }
}

const SAME = 1e-6

/** A last step that ends is followed by a hold of its temperature; what is no number stays as it was. */
function followed(steps: readonly StepShape[]): StepShape[] {
  let known = steps.find(({ temperature }) => !Number.isNaN(temperature))?.temperature ?? 0
  const all = steps.map((step) => ({ ...step, temperature: (known = Number.isNaN(step.temperature) ? known : step.temperature) }))
  const last = all.at(-1)
  if (last && (last.kind !== 'hold' || last.hours !== null || last.until !== null)) {
    all.push({ kind: 'hold', temperature: last.temperature, hours: null, until: null })
  }
  return all
}

function legsOf(step: StepShape, number: number, begin: Corner, pauses: readonly Standstill[]): Leg[] {
  const legs: Leg[] = []
  let { t } = begin
  let here = step.kind === 'ramp' ? begin.c : step.temperature
  let end = endOf(step, t, lengthOf(step))
  for (const pause of pauses) {
    if (pause.start >= end) break
    if (pause.end <= t) continue
    const leg = { start: t, end, from: here, to: step.temperature, step: number }
    const stop = Math.max(t, pause.start)
    here = along(leg, stop)
    if (stop > t) legs.push({ ...leg, end: stop, to: here })
    legs.push({ start: stop, end: pause.end, from: here, to: here, step: number })
    t = pause.end
    if (t === Infinity) return legs
    end = endOf(step, t, end - stop)
  }
  return [...legs, { start: t, end, from: here, to: step.temperature, step: number }]
}

function lengthOf({ hours, kind }: StepShape): number {
  if (hours !== null && !Number.isNaN(hours)) return hours * HOUR_MS
  return kind === 'hold' && hours === null ? Infinity : 0
}

function endOf({ until }: StepShape, t: number, left: number): number {
  return until === null ? t + left : Math.max(t, until)
}

function along({ start, end, from, to }: Placed, t: number): number {
  if (t <= start) return end > start ? from : to
  if (t >= end || from === to) return to
  return from + (to - from) * ((t - start) / (end - start))
}

function met(leg: Leg, line: Corner, slope: number): Corner | null {
  const sign = Math.sign(slope)
  const ahead = sign * (along(leg, line.t) - line.c)
  if (ahead <= 0) return line
  if (leg.end === leg.start) return null
  const rise = leg.end === Infinity ? 0 : (leg.to - leg.from) / (leg.end - leg.start)
  const closing = Math.abs(slope) - sign * rise
  if (closing <= 0) return null
  const t = line.t + Math.max(1, Math.round(ahead / closing))
  return t <= leg.end ? { t, c: along(leg, t) } : null
}
