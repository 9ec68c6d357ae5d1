import { clockSeconds, clockTime, dayLabel, monthLabel } from './time'
import { instantOf, midnight, wallAt } from './zone'

/** A place on a time axis. Days, months and years begin at major ticks. */
export interface Tick {
  t: number
  label: string
  major: boolean
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SHORT_STEPS = [1, 2, 5, 10, 15, 30].flatMap((n) => [n * SECOND, n * MINUTE]).concat([1, 2, 3, 6, 12].map((n) => n * HOUR))
const LONG_STEPS_DAYS = [1, 2, 7]
const MONTH_STEPS = [1, 3, 6, 12]
const MONTH_MS = 30.44 * DAY

/** Ticks between two instants, at least `apart` milliseconds from one another, on the clock and calendar of `zone`. */
export function timeTicks(from: number, to: number, apart: number, zone: string): Tick[] {
  const short = SHORT_STEPS.sort((a, b) => a - b).find((step) => step >= apart)
  if (short) return shortTicks(from, to, short, zone)
  const days = LONG_STEPS_DAYS.find((step) => step * DAY >= apart)
  if (days) return dayTicks(from, to, days, zone)
  const months = MONTH_STEPS.find((step) => step * MONTH_MS >= apart) ?? 12 * Math.ceil(apart / (12 * MONTH_MS))
  return monthTicks(from, to, months, zone)
}

/** Local midnights between two instants. */
export function midnights(from: number, to: number, zone: string): number[] {
  const found: number[] = []
  for (let at = midnight(from, zone); at <= to; at = midnight(at, zone, 1)) if (at >= from) found.push(at)
  return found
}

function shortTicks(from: number, to: number, step: number, zone: string): Tick[] {
  const ticks: Tick[] = []
  const label = step < MINUTE ? clockSeconds : clockTime
  for (let day = midnight(from, zone); day <= to; day = midnight(day, zone, 1)) {
    const next = midnight(day, zone, 1)
    for (const t of withinDay(day, next, step, zone)) {
      if (t < from || t > to) continue
      ticks.push(t === day ? { t, label: dayLabel(t, zone), major: true } : { t, label: label(t, zone), major: false })
    }
  }
  return ticks
}

/** Whole hours follow the clock on the wall, so that a day of 23 or 25 hours still shows 06:00 and 12:00. */
function withinDay(day: number, next: number, step: number, zone: string): number[] {
  const times: number[] = []
  if (step < HOUR) {
    for (let t = day; t < next; t += step) times.push(t)
    return times
  }
  const { year, month, day: date } = wallAt(day, zone)
  for (let hour = 0; hour < 24; hour += step / HOUR) {
    const t = instantOf({ year, month, day: date, hour, minute: 0, second: 0 }, zone)
    if (t < next && t !== times.at(-1)) times.push(t)
  }
  return times
}

function dayTicks(from: number, to: number, days: number, zone: string): Tick[] {
  return midnights(from, to, zone)
    .filter((t) => fallsOn(t, days, zone))
    .map((t) => ({ t, label: dayLabel(t, zone), major: true }))
}

/** Weeks begin on Monday; pairs of days keep their places however the axis is moved. */
function fallsOn(t: number, days: number, zone: string): boolean {
  if (days === 1) return true
  const { year, month, day } = wallAt(t, zone)
  const count = Math.round(Date.UTC(year, month - 1, day) / DAY)
  const mondayBased = count + 3
  return mondayBased % days === 0
}

function monthTicks(from: number, to: number, months: number, zone: string): Tick[] {
  const ticks: Tick[] = []
  const { year } = wallAt(from, zone)
  for (let month = 1; ; month += months) {
    const t = instantOf({ year, month, day: 1, hour: 0, minute: 0, second: 0 }, zone)
    if (t > to) return ticks
    if (t >= from) ticks.push({ t, label: monthLabel(t, zone), major: true })
  }
}

const ROUND_STEPS = [1, 2, 5]

/** A step of 1, 2 or 5 times a power of ten that divides a span into about `wanted` parts. */
export function roundStep(span: number, wanted: number): number {
  const rough = span / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * (ROUND_STEPS.find((step) => step * power >= rough * 0.999) ?? 10)
}

/** Multiples of `step` from `min` to `max`. */
export function grid(min: number, max: number, step: number): number[] {
  const lines: number[] = []
  for (let n = Math.ceil(min / step - 1e-6); n * step <= max + step * 1e-6; n += 1) lines.push(n * step)
  return lines
}

/** How many decimals labels of this step need. */
export function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
}
