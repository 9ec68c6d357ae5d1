import type { Doubted, Learned } from '../../state/learned.svelte'
import { chamber as words } from '../../text/chamber'
import { units } from '../../text/units'
import { duration } from '../../units/duration'
import { fixed } from '../../units/round'
import { differenceFromCelsius, fromCelsius, NBSP, type TemperatureUnit, unitSign } from '../../units/temperature'
import { instant } from '../../units/time'

export type Sureness = 'well' | 'roughly' | 'hardly'
type Measure = 'rate' | 'temperature' | 'hours' | 'seconds' | 'plain'
type Group = keyof typeof words.groups

/** One learned quantity as the page shows it. */
export interface QuantityRow {
  name: string
  title: string
  why: string
  /** "2.3 °C/h" */
  said: string
  /** "2.1 to 2.6 °C/h" */
  between: string
  sureness: Sureness
  /** Places along a track, 0 to 1. */
  bar: { low: number; value: number; high: number }
  drift: Drift | null
}

/** How a quantity went since it is known. */
export interface Drift {
  /** A path of SVG. */
  path: string
  /** "was 2.6 °C/h", "steady" */
  said: string
}

const HOUR_S = 3600
const DAY_S = 86_400
const FINE_MIN_S = 90
const WHOLE_HOURS_S = 10 * HOUR_S
/** So much beyond the highest value is on a track. */
const AIR = 1.15
/** A rate of nearly nothing is judged as if it were this, °C/h. */
const LEAST_RATE = 0.05
const WELL = { share: 0.35, degrees: 1.5 }
const ROUGHLY = { share: 1.2, degrees: 4 }
const STEADY = { share: 0.06, degrees: 0.5 }
/** A course that hardly moves is not blown up to a mountain. */
const LEAST_SPAN = { share: 0.3, degrees: 2 }

const KNOWN: readonly (readonly [string, Measure, Group])[] = [
  ['cooling_c_h', 'rate', 'power'],
  ['heating_c_h', 'rate', 'power'],
  ['fermentation_c_h', 'rate', 'power'],
  ['ambient_c', 'temperature', 'power'],
  ['loss_h', 'hours', 'power'],
  ['store_lag_h', 'hours', 'delay'],
  ['heater_lag_h', 'hours', 'delay'],
  ['beer_lag_h', 'hours', 'delay'],
  ['beer_probe_lag_s', 'seconds', 'delay'],
  ['chamber_probe_lag_s', 'seconds', 'delay'],
]
const MEASURES = new Map(KNOWN.map(([name, measure]) => [name, measure]))

export const DRIFT_PX = { width: 96, height: 26 }

/** The quantities that are known, in the page's order; what the page has no name for stands at the end of its group. */
export function groupsOf(learned: Pick<Learned, 'quantities' | 'history'>, unit: TemperatureUnit): { group: Group; rows: QuantityRow[] }[] {
  const strange = Object.keys(learned.quantities).filter((name) => !MEASURES.has(name)).map((name) => [name, 'plain', 'delay'] as const)
  const all = [...KNOWN, ...strange]
  const groups = (['power', 'delay'] as const).map((group) => ({
    group,
    rows: all.flatMap(([name, , at]) => {
      const row = at === group ? rowOf(learned, name, unit) : null
      return row ? [row] : []
    }),
  }))
  return groups.filter(({ rows }) => rows.length > 0)
}

/** For how many seconds it is known how they went; 0 while it is not. */
export function spanOf({ history }: Pick<Learned, 'history'>): number {
  const times = history.flatMap(({ at }) => instant(at) ?? [])
  return times.length ? (Math.max(...times) - Math.min(...times)) / 1000 : 0
}

/** One of them by its name; null while it is not known. */
export function rowOf(learned: Pick<Learned, 'quantities' | 'history'>, name: string, unit: TemperatureUnit): QuantityRow | null {
  const found = learned.quantities[name]
  if (!found || !Number.isFinite(found.value)) return null
  const measure = MEASURES.get(name) ?? 'plain'
  const named = words.quantities[name] ?? { title: plainName(name), why: '' }
  return {
    name,
    ...named,
    said: valueSaid(measure, found.value, unit),
    between: betweenSaid(measure, found, unit),
    sureness: surenessOf(measure, found),
    bar: barOf(measure, found),
    drift: driftOf(learned.history, name, measure, unit),
  }
}

/** How well it is known, by how far its limits lie apart. */
function surenessOf(measure: Measure, { value, low, high }: Doubted): Sureness {
  if (measure === 'temperature') return graded(high - low, WELL.degrees, ROUGHLY.degrees)
  const size = Math.max(Math.abs(value), measure === 'rate' ? LEAST_RATE : 0)
  return size === 0 ? 'hardly' : graded((high - low) / size, WELL.share, ROUGHLY.share)
}

function graded(wide: number, well: number, roughly: number): Sureness {
  if (wide <= well) return 'well'
  return wide <= roughly ? 'roughly' : 'hardly'
}

/** Along a track that begins at nothing; for a temperature, which has no nothing, a little below it. */
function barOf(measure: Measure, { value, low, high }: Doubted): QuantityRow['bar'] {
  const [from, to] = measure === 'temperature' ? [Math.floor(low - 1), Math.ceil(high + 1)] : [Math.min(0, low * AIR), high * AIR]
  const at = (one: number) => (to > from ? Math.min(1, Math.max(0, (one - from) / (to - from))) : 0)
  return { low: at(low), value: at(value), high: at(high) }
}

function driftOf(history: Learned['history'], name: string, measure: Measure, unit: TemperatureUnit): Drift | null {
  const points = history.flatMap(({ at, quantities }) => {
    const [t, v] = [instant(at), quantities[name]]
    return t !== null && v !== undefined && Number.isFinite(v) ? [{ t, v }] : []
  })
  points.sort((a, b) => a.t - b.t)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || last.t <= first.t) return null
  const isSteady = Math.abs(last.v - first.v) <= leastOf(measure, first.v, STEADY)
  const from = valueSaid(measure, first.v, unit)
  const said = isSteady || from === valueSaid(measure, last.v, unit) ? words.steady : words.was(from)
  return { path: pathOf(points, leastOf(measure, first.v, LEAST_SPAN)), said }
}

function leastOf(measure: Measure, value: number, { share, degrees }: { share: number; degrees: number }): number {
  if (measure === 'temperature') return degrees
  return share * Math.max(Math.abs(value), measure === 'rate' ? LEAST_RATE : 0)
}

function pathOf(points: readonly { t: number; v: number }[], leastSpan: number): string {
  const values = points.map(({ v }) => v)
  const [least, greatest] = [Math.min(...values), Math.max(...values)]
  const span = Math.max(greatest - least, leastSpan) || 1
  const [middle, begin, end] = [(least + greatest) / 2, points[0]?.t ?? 0, points.at(-1)?.t ?? 0]
  const [inset, { width, height }] = [2, DRIFT_PX]
  const x = (t: number) => inset + ((t - begin) / (end - begin)) * (width - 2 * inset)
  const y = (v: number) => height / 2 - ((v - middle) / span) * (height - 2 * inset)
  return points.map(({ t, v }, i) => `${i ? 'L' : 'M'}${x(t).toFixed(1)} ${y(v).toFixed(1)}`).join('')
}

function valueSaid(measure: Measure, value: number, unit: TemperatureUnit): string {
  return numberSaid(measure, value, unit) + unitOf(measure, unit)
}

/** The unit of a rate stands once: "2.1 to 2.6 °C/h"; a duration has its own in each. */
function betweenSaid(measure: Measure, { low, high }: Doubted, unit: TemperatureUnit): string {
  const [from, to] = [numberSaid(measure, low, unit), numberSaid(measure, high, unit)]
  return words.between(from, to) + unitOf(measure, unit)
}

function unitOf(measure: Measure, unit: TemperatureUnit): string {
  if (measure === 'rate') return NBSP + words.perHour(unitSign(unit))
  return measure === 'temperature' ? NBSP + unitSign(unit) : ''
}

function numberSaid(measure: Measure, value: number, unit: TemperatureUnit): string {
  if (measure === 'rate') return rateSaid(differenceFromCelsius(value, unit))
  if (measure === 'temperature') return fixed(fromCelsius(value, unit), 1)
  if (measure === 'hours') return timeSaid(value * HOUR_S)
  return measure === 'seconds' ? timeSaid(value) : rateSaid(value)
}

/** Two figures are as much as is known. */
function rateSaid(value: number): string {
  const size = Math.abs(value)
  return fixed(value, size >= 10 ? 0 : size >= 1 ? 1 : 2)
}

/** A time that is estimated: whole minutes from a minute and a half on, whole hours from ten on, whole days from ten on. */
export function timeSaid(seconds: number): string {
  if (seconds < FINE_MIN_S) return fixed(seconds, 0) + NBSP + units.second
  const step = seconds < WHOLE_HOURS_S ? 60 : seconds < 10 * DAY_S ? HOUR_S : DAY_S
  return duration(Math.round(seconds / step) * step)
}

function plainName(name: string): string {
  const plain = name.replaceAll('_', ' ')
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}
