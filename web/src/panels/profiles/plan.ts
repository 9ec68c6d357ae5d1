import type { Handle } from '../../charts/plan'
import { openEnd } from '../../charts/plan'
import type { View } from '../../charts/view'
import { type Draft, type DraftStep, placeOf } from '../../state/draft'
import type { Complaint, ProfilePlan, ProfileType, Vessel } from '../../state/server'
import { EASE, layOut, type Leg, type Placed, placed, type Standstill, valueOf } from '../../state/timeline'
import { profiles as words } from '../../text/profiles'
import { difference, fromCelsius, temperature, type TemperatureUnit } from '../../units/temperature'
import { round } from '../../units/round'
import { dayAndTime, instant, stamp } from '../../units/time'
import { daySaid, lengthSaid } from './length'

/** How a person reads times and temperatures of a plan. */
export interface Reader {
  unit: TemperatureUnit
  zone: string
  /** The instant from which a plan counts its days. */
  start: number
  /** It has no date yet: times are counted from its start. */
  isRelative: boolean
  type: ProfileType
}

/** A plan laid out, with what is over of it. */
export interface Laid {
  legs: readonly Leg[]
  places: readonly Placed[]
  /** Steps before this one are over. */
  first: number
  /** The step that the present lies in; -1 where nothing is followed, or after the last step. */
  current: number
}

export function laidOut(draft: Pick<Draft, 'steps'>, start: number, pauses: readonly Standstill[], now: number | null): Laid {
  const legs = layOut(draft.steps, start, pauses)
  const places = placed(draft.steps, legs)
  if (now === null || now < start) return { legs, places, first: 0, current: -1 }
  const first = places.findIndex(({ end }) => end > now)
  return { legs, places, first: first < 0 ? places.length : first, current: first }
}

/** "day 8.5" of a fermentation, "1 h 15 min" of a mash. */
export function whenSaid(t: number, { start, type }: Pick<Reader, 'start' | 'type'>): string {
  return type === 'mash' ? lengthSaid((t - start) / 3_600_000) : words.day(daySaid(t, start))
}

/** What a step is in one line: "Hold 18.5 °C". */
export function stepSaid(step: Pick<DraftStep, 'kind' | 'temperature'>, unit: TemperatureUnit): string {
  return `${words.kinds[step.kind]} ${temperature(step.temperature, unit)}`
}

/** "Step 3 · Hold 21.0 °C" */
export function stepName(step: Pick<DraftStep, 'kind' | 'temperature'>, at: number, unit: TemperatureUnit): string {
  return words.stepName(at + 1, Number.isNaN(step.temperature) ? words.kinds[step.kind] : stepSaid(step, unit))
}

/** How long a step lasts: "3 d 6 h", "until Wed 25 Nov, 23:30", "for good", "at once". */
export function lastsSaid({ kind, hours, until }: Pick<DraftStep, 'kind' | 'hours' | 'until'>, zone: string): string {
  if (until !== null) return words.until(dayAndTime(until, zone))
  if (hours === null) return kind === 'step' ? words.atOnce : words.forGood
  return hours === 0 && kind === 'step' ? words.atOnce : lengthSaid(hours)
}

/** A handle ends its step. */
export function handlesOf(draft: Draft, { places, first }: Laid, view: View, reader: Reader, faults: readonly Complaint[]): Handle[] {
  return draft.steps.flatMap((step, at) => {
    const place = places[at]
    if (!place || place.start === Infinity || Number.isNaN(step.temperature)) return []
    const isOpen = place.end === Infinity
    const t = isOpen ? openEnd(Math.max(place.start, view.from), view) : place.end
    const value = temperature(step.temperature, reader.unit)
    const when = whenSaid(t, reader)
    const label = isOpen ? words.handleOpen(at + 1, value) : words.handle(at + 1, value, when)
    const beside = isOpen ? words.forGood : reader.isRelative ? lastsSaid(step, reader.zone) : dayAndTime(t, reader.zone)
    const said = [isOpen ? value : `${value} · ${when}`, beside] as const
    return [{ at, t, c: step.temperature, isPast: at < first, isOpen, isWrong: faultsOf(faults, 'steps', at).length > 0, label, said }]
  })
}

/** What is wrong with one step or event. */
export function faultsOf(faults: readonly Complaint[], list: 'steps' | 'events', at: number): Complaint[] {
  return faults.filter(({ where }) => {
    const place = placeOf(where)
    return place?.list === list && place.at === at
  })
}

const UNREADABLE: Readonly<Record<string, string>> = { temperature: words.notTemperature, hours: words.notLength, until: words.notTime }

/** What is wrong with one field, in words; null when nothing is. */
export function faultAt(faults: readonly Complaint[], list: 'steps' | 'events', at: number, field: string): string | null {
  const found = faultsOf(faults, list, at).find(({ where }) => placeOf(where)?.field === field)
  return found ? found.message || (UNREADABLE[field] ?? words.notLength) : null
}

/** What is wrong with a field of the whole. */
export function faultOfField(faults: readonly Complaint[], field: string): string | null {
  return faults.find(({ where }) => where === `/${field}` || where === `/profile/${field}`)?.message ?? null
}

/** How long a course lasts until it keeps its last temperature, in hours. */
export function totalHours(legs: readonly Leg[]): number {
  const begins = legs[0]?.start ?? 0
  return ((legs.at(-1)?.start ?? begins) - begins) / 3_600_000
}

/** What starting a profile in a vessel would do, and why it cannot be. */
export interface Outlook {
  trouble: string | null
  will: string[]
}

/** Tells what a vessel would do; `start` null is now. */
export function outlookOf(profile: ProfilePlan, vessel: Vessel, start: number | null, now: number, { unit, zone }: Pick<Reader, 'unit' | 'zone'>): Outlook {
  const trouble = beyondSaid(profile, vessel, unit)
  const begins = start ?? now
  const steps = profile.steps.map((step) => ({ ...step, until: instant(step.until) }))
  const legs = layOut(steps, begins)
  const value = (celsius: number) => temperature(celsius, unit)
  const last = legs.at(-1)
  const will = [words.willStart(vessel.name, start === null ? words.willNow : stamp(start, now, zone))]
  if (start !== null) will.push(words.willWait(stamp(start, now, zone)))
  else will.push(...easeSaid(profile, vessel, valueOf(legs, begins), unit))
  if (last && last.start > begins) will.push(words.willEndless(value(last.to), dayAndTime(last.start, zone)))
  return { trouble, will }
}

function easeSaid({ type, steps }: ProfilePlan, vessel: Vessel, there: number, unit: TemperatureUnit): string[] {
  const here = vessel.accepted.value
  if (here === null) return []
  if (steps[0]?.kind === 'ramp') return [words.willRamp(temperature(here, unit))]
  return Math.abs(here - there) < 0.05 ? [] : [words.willEase(temperature(here, unit), difference(EASE[type], unit), temperature(there, unit))]
}

/** Compared as the person reads them, as with any wish. */
function beyondSaid({ steps }: ProfilePlan, { limits }: Vessel, unit: TemperatureUnit): string | null {
  const shown = (celsius: number) => round(fromCelsius(celsius, unit), 1)
  const at = steps.findIndex(({ temperature: celsius }) => shown(celsius) > shown(limits.max) || shown(celsius) < shown(limits.min))
  const step = steps[at]
  return step ? words.beyond(at + 1, temperature(step.temperature, unit), `${temperature(limits.min, unit)} – ${temperature(limits.max, unit)}`) : null
}
