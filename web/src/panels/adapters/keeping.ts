import type { Store, StoreRule } from '../../state/adapter.svelte'
import { Problem } from '../../state/server'
import { adapters as words } from '../../text/adapters'
import { duration } from '../../units/duration'
import { differenceUnit } from '../../units/quantity'
import { fixed, typed } from '../../units/round'
import { NBSP, type TemperatureUnit } from '../../units/temperature'

/** Everything, what the source declares, or what people wrote. */
export type Way = 'every' | 'source' | 'own'
export const WAYS: readonly Way[] = ['every', 'source', 'own']

/** What is to be kept as it stands in the form; seconds and the change, in the person's unit, are text. */
export interface KeepDraft {
  way: Way
  longest: string
  deadband: string
  every: string
}

export type KeepField = keyof KeepDraft | 'reason'

/** What a stream counts in, and who looks at it. */
export interface Units {
  stored: string
  person: TemperatureUnit
}

const DAY_S = 86_400
const USUAL_LONGEST = '60'
const PLACES: Readonly<Record<string, KeepField>> = { '/longest_s': 'longest', '/deadband': 'deadband', '/every_s': 'every', '/reason': 'reason' }

/** "What changes by more than 0.06 °C, at least one a minute" */
export function keptSaid({ every_s, deadband, longest_s }: StoreRule, units: Units): string {
  if (longest_s === 0) return words.keptEvery
  const pause = every_s > 0 ? [words.keptPause(span(every_s))] : []
  return [words.keptChange(changeSaid(deadband, units)), ...pause, words.keptAtLeast(words.keptOnce[longest_s] ?? words.keptEach(span(longest_s)))].join(', ')
}

export function draftOf(store: Store, units: Units): KeepDraft {
  const { every_s, deadband, longest_s, chosen } = store
  const { factor } = differenceUnit(units.stored, units.person)
  const way = !chosen ? 'source' : longest_s === 0 ? 'every' : 'own'
  return { way, longest: text(longest_s) || USUAL_LONGEST, deadband: text(deadband * factor), every: text(every_s) }
}

/** The rule that a draft without faults stands for; null for what the source declares. */
export function ruleOf({ way, longest, deadband, every }: KeepDraft, units: Units): StoreRule | null {
  if (way === 'source') return null
  if (way === 'every') return { every_s: 0, deadband: 0, longest_s: 0 }
  const { factor } = differenceUnit(units.stored, units.person)
  return { every_s: typed(every) ?? 0, deadband: plain((typed(deadband) ?? 0) / factor), longest_s: typed(longest) ?? 0 }
}

/** True when a draft would leave everything as it is. */
export function keepsAll(draft: KeepDraft, store: Store, units: Units): boolean {
  const rule = ruleOf(draft, units)
  if (rule === null || !store.chosen) return rule === null && !store.chosen
  const isNear = Math.abs(rule.deadband - store.deadband) <= 1e-9 * Math.abs(store.deadband)
  return isNear && rule.every_s === store.every_s && rule.longest_s === store.longest_s
}

export function sameStore(one: Store, other: Store): boolean {
  return one.chosen === other.chosen && one.longest_s === other.longest_s && one.deadband === other.deadband && one.every_s === other.every_s
}

/** What is wrong with a draft before anybody is asked, by field. */
export function faultsOf({ way, longest, deadband, every }: KeepDraft): Partial<Record<KeepField, string>> {
  if (way !== 'own') return {}
  const [most, least] = [typed(longest), typed(every)]
  const faults: [KeepField, string | null][] = [
    ['longest', faultOf(longest, DAY_S) ?? (most ? null : words.atLeastMissing) ?? (most !== null && most < (least ?? 0) ? words.tooShort : null)],
    ['deadband', faultOf(deadband, Infinity)],
    ['every', faultOf(every, DAY_S)],
  ]
  return Object.fromEntries(faults.filter(([, fault]) => fault !== null))
}

/** The server's words by field of the form; what belongs to no field is under "way". */
export function refusalsOf(failure: unknown): Partial<Record<KeepField, string>> {
  if (!(failure instanceof Problem)) return {}
  const found: Partial<Record<KeepField, string>> = {}
  for (const { where, message } of failure.errors) found[PLACES[where] ?? 'way'] ??= message
  return found
}

function faultOf(entered: string, most: number): string | null {
  const value = typed(entered)
  if (value === null) return entered.trim() ? words.notANumber : null
  return value < 0 ? words.notNegative : value > most ? words.dayAtMost : null
}

/** "0.06 °C": two decimals, or as many as it takes to be more than nothing. */
function changeSaid(deadband: number, { stored, person }: Units): string {
  const { factor, sign } = differenceUnit(stored, person)
  const change = deadband * factor
  if (change === 0) return ''
  const first = -Math.floor(Math.log10(change))
  const number = fixed(change, first > 2 ? first + 1 : 2).replace(/\.?0+$/, '')
  return sign ? number + NBSP + sign : number
}

/** Whole minutes as people say them, else seconds: nothing is rounded away. */
function span(seconds: number): string {
  return seconds % 60 === 0 ? duration(seconds) : plain(seconds) + NBSP + words.seconds
}

/** Zero is an empty field. */
function text(value: number): string {
  return value === 0 ? '' : String(plain(value))
}

/** Without the error of binary fractions. */
function plain(value: number): number {
  return Number(value.toPrecision(12))
}
