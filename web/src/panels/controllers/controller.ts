import type { Controller, ControllerDetail, ControllerParameter, ControllerState, FirmwareDoing, ParameterValue } from '../../state/controllers.svelte'
import { schemaForm } from '../../text/arrange'
import { controllers as words } from '../../text/controllers'
import { age, duration } from '../../units/duration'
import { fixed, round, typed } from '../../units/round'
import { differenceFromCelsius, fromCelsius, NBSP, type TemperatureUnit, toCelsius, unitSign } from '../../units/temperature'
import { instant, stamp } from '../../units/time'

/** What a display of these boards has. */
export const ROWS = 4
export const COLUMNS = 20
/** Firmwares count in steps of 1/512; whatever is nearer than this is the same to them. */
const STEP = 1 / 512
const DECIMALS = 3
const FRESH_S = 10

/** How the time is told to a person. */
export interface Reader {
  now: number
  zone: string
}

/** True for one that somebody should look after. */
export function needsPerson(state: ControllerState): boolean {
  return state === 'lost' || state === 'strange' || state === 'offline'
}

/** Those in need first, then by name. */
export function ordered<One extends Pick<Controller, 'name' | 'state'>>(all: readonly One[]): One[] {
  return all.toSorted((a, b) => Number(needsPerson(b.state)) - Number(needsPerson(a.state)) || a.name.localeCompare(b.name))
}

/** How many of them do not answer, in words; empty when all do. */
export function silentSentence(all: readonly Pick<Controller, 'state'>[]): string {
  const silent = all.filter(({ state }) => state === 'lost' || state === 'offline').length
  return silent ? words.silent(silent) : ''
}

/** Its board and firmware, as far as it told them. */
export function boardSaid({ board, firmware }: Pick<Controller, 'board' | 'firmware'>): string {
  return [board, firmware].filter(Boolean).join(' · ')
}

/** "just now", "4 min ago", and from a day on the time itself. */
export function seenSaid(lastSeen: string | null, { now, zone }: Reader): string {
  const at = instant(lastSeen)
  if (at === null) return words.never
  const seconds = Math.max(0, (now - at) / 1000)
  if (seconds < FRESH_S) return words.now
  const said = age(seconds)
  return said === null ? stamp(at, now, zone) : words.ago(said)
}

/** What is said above everything else when it is not as it should be: what is so, and what that means. */
export function warningOf({ state, detail, last_seen }: Pick<Controller, 'state' | 'detail' | 'last_seen'>, { now, zone }: Reader): { title: string; why: string } | null {
  const at = instant(last_seen)
  const since = at === null ? '' : stamp(at, now, zone)
  if (state === 'connected') return null
  if (state === 'opening') return { title: words.told.opening, why: joined(detail, words.told.openingWhy) }
  if (state === 'strange') return { title: words.told.strange, why: joined(detail, words.told.strangeWhy) }
  if (state === 'lost') return { title: words.told.lost(since), why: joined(detail, at === null ? '' : words.told.lostWhy) }
  return { title: words.told.offline(since), why: joined(detail, at === null ? '' : words.told.offlineWhy) }
}

/** The lines of its display, each as wide as the display; null when it tells of none. */
export function screenOf(lines: readonly string[]): string[] | null {
  if (!lines.some((line) => line.trim() !== '')) return null
  return Array.from({ length: Math.max(ROWS, lines.length) }, (_, row) => (lines[row] ?? '').slice(0, COLUMNS).padEnd(COLUMNS))
}

/** The same lines to be read aloud. */
export function screenSaid(lines: readonly string[]): string {
  return lines.map((line) => line.trim().replaceAll(/\s+/g, ' ')).filter(Boolean).join('; ')
}

/** How long it does what it does, and how long at least it will; the firmware said so at `heardAt`. */
export function timeSaid(doing: FirmwareDoing, heardAt: number, now: number): string {
  if (doing.remaining_s !== null) {
    const left = doing.remaining_s - Math.max(0, now - heardAt) / 1000
    return left >= 1 ? words.remaining(exactly(left)) : words.anyMoment
  }
  const since = instant(doing.since)
  return since === null ? '' : words.forTime(duration(Math.max(0, now - since) / 1000))
}

/** "4 min 07 s": a time that counts down. */
function exactly(seconds: number): string {
  const whole = Math.floor(seconds)
  const minutes = Math.floor(whole / 60)
  if (whole < 60 || minutes >= 60) return duration(whole)
  return `${minutes}${NBSP}min${NBSP}${String(whole % 60).padStart(2, '0')}${NBSP}${words.perSecond}`
}

/** The groups of its parameters, in the order in which it tells them. */
export function groupsOf({ parameters }: Pick<ControllerDetail, 'parameters'>): string[] {
  return [...new Set(parameters.map(({ group }) => group))]
}

/** What stands behind a number. */
export function signOf(unit: string, person: TemperatureUnit): string {
  if (unit === '°C' || unit === 'K') return unitSign(person)
  return unit === 'on' ? '' : unit
}

/** A value as it stands in its field. */
export function textOf(value: ParameterValue, unit: string, person: TemperatureUnit): string {
  if (value === null) return ''
  if (typeof value !== 'number') return String(value)
  return plain(inUnit(value, unit, person))
}

/** A value as it is read. */
export function valueSaid(value: ParameterValue, unit: string, person: TemperatureUnit): string {
  if (value === null) return words.nothing
  if (typeof value === 'boolean') return value ? words.yes : words.no
  const sign = signOf(unit, person)
  return textOf(value, unit, person) + (sign && typeof value === 'number' ? NBSP + sign : '')
}

/** "1 to 30 · usually 10": bounds and default, in the person's unit. */
export function boundsSaid({ least, most, unit, default: usual }: ControllerParameter, person: TemperatureUnit): string {
  const [low, high] = [least, most].map((bound) => (bound === null ? null : plain(inUnit(bound, unit, person))))
  const usually = usual === null ? '' : schemaForm.usually(typeof usual === 'boolean' ? (usual ? words.yes : words.no) : textOf(usual, unit, person))
  return [rangeSaid(low ?? null, high ?? null), usually].filter(Boolean).join(' · ')
}

/** What a parameter may be, where that is one of a few; empty where it is typed. */
export function optionsOf({ value, unit, options }: ControllerParameter): { value: string; label: string }[] {
  if (typeof value === 'boolean' || unit === 'on') {
    return [
      { value: 'true', label: words.yes },
      { value: 'false', label: words.no },
    ]
  }
  return options.map((one) => ({ value: one, label: one }))
}

/** True where going back to the default would change something. */
export function isUnusual({ value, default: usual, writable }: ControllerParameter): boolean {
  if (!writable || usual === null) return false
  return typeof value === 'number' && typeof usual === 'number' ? Math.abs(value - usual) > STEP : value !== usual
}

/** Reads what somebody typed for a parameter: what is stored then, or what is wrong with it. */
export function judge(parameter: ControllerParameter, entered: string, person: TemperatureUnit): { value: ParameterValue } | { error: string } {
  if (parameter.unit === 'on' || typeof parameter.value === 'boolean') return { value: entered === 'true' }
  if (typeof parameter.value === 'string') return { value: entered.trim() }
  const number = typed(entered)
  if (number === null) return { error: schemaForm.notANumber }
  const value = round(stored(number, parameter.unit, person), 4)
  const isInside = (parameter.least === null || value >= parameter.least - STEP) && (parameter.most === null || value <= parameter.most + STEP)
  return isInside ? { value } : { error: sentence(boundsSaid({ ...parameter, default: null }, person)) }
}

/** What is typed, by the key of its parameter. */
export type Drafts = Readonly<Record<string, string>>

/** What differs from what the controller has: as it is sent, and in words; and what is wrong, by key. */
export function changesOf(
  parameters: readonly ControllerParameter[],
  drafts: Drafts,
  person: TemperatureUnit,
): { values: Record<string, ParameterValue>; said: string[]; wrong: Record<string, string> } {
  const found = { values: {} as Record<string, ParameterValue>, said: [] as string[], wrong: {} as Record<string, string> }
  for (const one of parameters) {
    const draft = drafts[one.key]
    if (draft === undefined || draft === textOf(one.value, one.unit, person)) continue
    const judged = judge(one, draft, person)
    if ('error' in judged) found.wrong[one.key] = judged.error
    else {
      found.values[one.key] = judged.value
      found.said.push(words.change(one.title, valueSaid(one.value, one.unit, person), valueSaid(judged.value, one.unit, person)))
    }
  }
  return found
}

/** What the server refused, by the key of the parameter. */
export function refusedOf(errors: readonly { where: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(errors.filter(({ where }) => /^\/[^/]+$/.test(where)).map(({ where, message }) => [where.slice(1), message]))
}

function inUnit(value: number, unit: string, person: TemperatureUnit): number {
  if (unit === '°C') return fromCelsius(value, person)
  return unit === 'K' ? differenceFromCelsius(value, person) : value
}

function stored(value: number, unit: string, person: TemperatureUnit): number {
  if (unit === '°C') return toCelsius(value, person)
  return unit === 'K' ? value / differenceFromCelsius(1, person) : value
}

/** As many decimals as it has, three at most. */
function plain(value: number): string {
  const decimals = (/\.(\d+)$/.exec(String(round(value, DECIMALS)))?.[1] ?? '').length
  return fixed(value, decimals)
}

function rangeSaid(low: string | null, high: string | null): string {
  if (low !== null && high !== null) return schemaForm.between(low, high)
  if (low !== null) return schemaForm.atLeast(low)
  return high === null ? '' : schemaForm.atMost(high)
}

function sentence(said: string): string {
  return said && `${said.charAt(0).toUpperCase()}${said.slice(1)}.`
}

function joined(...parts: string[]): string {
  return parts.filter(Boolean).join(' ')
}
