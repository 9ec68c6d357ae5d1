import type { Column } from '../../state/columns'
import { rowAt } from '../../state/columns'
import { compare as words } from '../../text/compare'
import { duration } from '../../units/duration'
import { fixed } from '../../units/round'
import { difference, looksEqual, type TemperatureUnit } from '../../units/temperature'
import type { Aligned } from './align'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Nobody can tell batches apart that are closer than this. */
const ABREAST_MS = HOUR_MS
const LEVELS = 9
const SAMPLES = 200
/** A fall is measured over half a day, so that one odd reading is not a speed. */
const SPEED_MS = 12 * HOUR_MS

/** How the first batch differs from another: a title, and what stands beneath it. */
export function differenceOf(one: Aligned, other: Aligned, unit: TemperatureUnit): { title: string; rest: string[] } {
  const lag = one.gravity && other.gravity ? lagMs(one.gravity, other.gravity) : null
  const warmth = one.beer && other.beer ? warmthC(one.beer, other.beer) : null
  if (lag === null) return { title: warmthTitle(one.label, other.label, warmth, unit), rest: [] }
  const span = duration(Math.abs(lag) / 1000)
  const isAbreast = Math.abs(lag) < ABREAST_MS
  const title = isAbreast ? words.abreast(one.label, other.label) : (lag > 0 ? words.behind : words.ahead)(one.label, other.label, span)
  const each = isAbreast ? [] : [(lag > 0 ? words.eachLater : words.eachEarlier)(span)]
  return { title, rest: [...each, ...warmthSaid(warmth, unit), ...speedsSaid(one.gravity, other.gravity)] }
}

/** By how much later `one` reaches the gravities that both passed through: the median; null when they share none. */
export function lagMs(one: Column, other: Column): number | null {
  const [a, b] = [fallOf(one), fallOf(other)]
  const high = Math.min(a.high, b.high)
  const low = Math.max(a.low, b.low)
  if (!(high - low > 0.001)) return null
  const lags: number[] = []
  for (let i = 1; i <= LEVELS; i += 1) {
    const level = high - ((high - low) * i) / (LEVELS + 1)
    const [mine, its] = [a.reaches(level), b.reaches(level)]
    if (mine !== null && its !== null) lags.push(mine - its)
  }
  lags.sort((x, y) => x - y)
  return lags[Math.floor(lags.length / 2)] ?? null
}

/** Mean difference of two temperatures while both were read, °C; null when they never were at once. */
export function warmthC(one: Column, other: Column): number | null {
  const from = Math.max(one.t[0] ?? Infinity, other.t[0] ?? Infinity)
  const to = Math.min(one.t.at(-1) ?? -Infinity, other.t.at(-1) ?? -Infinity)
  if (!(to > from)) return null
  const times = Array.from({ length: SAMPLES }, (_, i) => from + ((to - from) * i) / (SAMPLES - 1))
  const gaps = times.map((t) => at(one, t) - at(other, t)).filter((gap) => !Number.isNaN(gap))
  return gaps.length ? gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length : null
}

/** The steepest fall of gravity, SG a day; null when it was not read for long enough. */
export function peakSpeed(column: Column): number | null {
  const rows = column.t.flatMap((t, i) => (Number.isNaN(column.mean[i] ?? NaN) ? [] : [{ t, v: column.mean[i] ?? 0 }]))
  let best: number | null = null
  let first = 0
  for (const row of rows) {
    while ((rows[first + 1]?.t ?? Infinity) <= row.t - SPEED_MS) first += 1
    const early = rows[first]
    if (!early || row.t - early.t < SPEED_MS || row.t - early.t > 2 * SPEED_MS) continue
    best = Math.max(best ?? -Infinity, ((early.v - row.v) / (row.t - early.t)) * DAY_MS)
  }
  return best
}

function fallOf(column: Column): { high: number; low: number; reaches: (level: number) => number | null } {
  const values = column.mean.filter((v) => !Number.isNaN(v))
  const high = Math.max(...values)
  const begin = column.mean.indexOf(high)
  return {
    high,
    low: Math.min(...values),
    // A hydrometer that reads low before it floats in beer has not fermented anything.
    reaches: (level) => {
      const row = column.mean.findIndex((v, i) => i >= begin && v <= level)
      return row < 0 ? null : (column.t[row] ?? null)
    },
  }
}

/** The value at an instant, NaN where there is none. */
function at(column: Column, t: number): number {
  const row = rowAt(column, t)
  return row < 0 ? NaN : (column.mean[row] ?? NaN)
}

function warmthTitle(one: string, other: string, warmth: number | null, unit: TemperatureUnit): string {
  if (warmth === null) return words.nothing(one, other)
  if (looksEqual(warmth, 0, unit)) return words.alike(one, other)
  return (warmth > 0 ? words.warmer : words.colder)(one, other, difference(warmth, unit))
}

function warmthSaid(warmth: number | null, unit: TemperatureUnit): string[] {
  if (warmth === null) return []
  if (looksEqual(warmth, 0, unit)) return [words.itsAlike]
  return [(warmth > 0 ? words.itsWarmer : words.itsColder)(difference(warmth, unit))]
}

function speedsSaid(one: Column | null, other: Column | null): string[] {
  const [mine, its] = [one && peakSpeed(one), other && peakSpeed(other)]
  return mine && its ? [words.speeds(fixed(mine, 3), fixed(its, 3))] : []
}
