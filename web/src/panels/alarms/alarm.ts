import type { IconName } from '../../controls/icons'
import type { Rule } from '../../state/pastalarms.svelte'
import type { Alarm } from '../../state/server'
import { words } from '../../text'
import { alarmspage as text } from '../../text/alarmspage'
import { duration } from '../../units/duration'
import { difference, NBSP, type TemperatureUnit, unitSign } from '../../units/temperature'
import { fixed } from '../../units/round'
import { clockTime, instant, sameDay, stamp } from '../../units/time'

export interface Reader {
  now: number
  zone: string
}

const HOUR_MS = 3_600_000
const HOUR_S = 3600

/** What stands at the right of an alarm: for how long it lasts, from when to when it did, or until when it is shelved. */
export function timeSaid(alarm: Alarm, reader: Reader): string {
  const since = instant(alarm.since) ?? 0
  const until = instant(alarm.shelved_until)
  if (alarm.state === 'shelved' && until !== null) return text.until(stamp(until, reader.now, reader.zone))
  const end = instant(alarm.cleared_at)
  return end === null ? duration((reader.now - since) / 1000) : spanSaid(since, end, reader)
}

/** "13:05 – 13:48", the day once where it is the same one. */
export function spanSaid(from: number, to: number, { now, zone }: Reader): string {
  const end = sameDay(from, to, zone) ? clockTime(to, zone) : stamp(to, now, zone)
  return text.from(stamp(from, now, zone), end)
}

/** A step in the life of an alarm. */
export interface LifeStep {
  at: number
  icon: IconName
  said: string
  reason: string
}

/** What became of an alarm, in order. Who did something is known of the last deed alone. */
export function lifeOf(alarm: Alarm, reader: Reader): LifeStep[] {
  const { by, reason } = alarm
  const isShelved = alarm.state === 'shelved'
  const steps = [
    step(alarm.since, 'bell', text.raised),
    step(alarm.acknowledged_at, 'check', text.acknowledgedBy(isShelved ? '' : by), isShelved ? '' : reason),
    step(alarm.cleared_at, 'undo', text.cleared),
  ]
  const until = instant(alarm.shelved_until)
  if (isShelved && until !== null) steps.push(step(alarm.at, 'clock', text.shelvedBy(by, stamp(until, reader.now, reader.zone)), reason))
  return steps.filter((one) => one !== null).sort((a, b) => a.at - b.at)
}

function step(time: string | null, icon: IconName, said: string, reason = ''): LifeStep | null {
  const at = instant(time)
  return at === null ? null : { at, icon, said, reason }
}

/** What may be done to an alarm as it stands. */
export function mayDo({ state }: Alarm): { acknowledge: boolean; shelve: boolean; unshelve: boolean } {
  return {
    acknowledge: state === 'unacknowledged' || state === 'returned',
    shelve: state === 'unacknowledged' || state === 'acknowledged',
    unshelve: state === 'shelved',
  }
}

const LONGEST_MS = 72 * HOUR_MS
const LEAD_MS = 3 * HOUR_MS
const TAIL_MS = HOUR_MS

/** What to look at for an alarm: the time before it, itself, and a little after; the newest three days of a long one. */
export function evidenceOf(alarm: Alarm, now: number): { from: number; to: number } {
  const since = instant(alarm.since) ?? now
  const end = instant(alarm.cleared_at)
  const to = end === null ? now : Math.min(now, end + TAIL_MS)
  const lead = Math.max(LEAD_MS, Math.min(since < to ? to - since : 0, LONGEST_MS) / 2)
  return { from: Math.max(since - lead, to - LONGEST_MS), to: Math.max(to, since + 60_000) }
}

/** The alarm beside another one in a list, or the first. */
export function beside(alarms: readonly Alarm[], id: string | null, steps: number): Alarm | undefined {
  const at = alarms.findIndex((one) => one.id === id)
  if (at < 0) return alarms[0]
  return alarms[Math.min(alarms.length - 1, Math.max(0, at + steps))]
}

/** A rule in words: what it is called, what it watches for, and for how long it waits. */
export function ruleSaid(rule: Rule, unit: TemperatureUnit): { title: string; said: string; timing: string } {
  const off = timeWord(rule.off_delay_s)
  const on = timeWord(rule.on_delay_s)
  // The dead band is in the unit of the kind; of these it is a temperature.
  const isBanded = rule.deadband > 0 && BANDED.has(rule.kind)
  return {
    title: words.alarms.rules[rule.kind] ?? rule.kind.replaceAll('_', ' '),
    said: watchedSaid(rule, unit) ?? listed(rule),
    timing: isBanded ? text.timingBand(on, off, difference(rule.deadband, unit)) : text.timing(on, off),
  }
}

const BANDED = new Set(['out_of_band', 'not_reached_in_time'])

/** Null where a setting is not what is known of the kind. */
function watchedSaid({ kind, settings }: Rule, unit: TemperatureUnit): string | null {
  const watched = WATCHED[kind]
  const values = watched?.names.map((name) => settings[name]) ?? []
  return watched && values.every((one) => typeof one === 'number') ? watched.say(values, unit) : null
}

interface Watched {
  names: readonly string[]
  say: (values: readonly number[], unit: TemperatureUnit) => string
}

/** How the kinds that are known are told, by their settings in order. */
const WATCHED: Partial<Record<string, Watched>> = {
  out_of_band: {
    names: ['band_c', 'critical_c', 'settle_h'],
    say: ([band = 0, critical = 0, settle = 0], unit) => text.watched.out_of_band(difference(band, unit), difference(critical, unit), hours(settle)),
  },
  not_reached_in_time: {
    names: ['hours_per_c', 'least_h', 'band_c'],
    say: ([perC = 0, least = 0, band = 0], unit) =>
      text.watched.not_reached_in_time(hours(unit === 'F' ? perC / 1.8 : perC), `1${NBSP}${unitSign(unit)}`, hours(least), difference(band, unit)),
  },
  silent_series: {
    names: ['intervals', 'least_min', 'others_min', 'given_up_h'],
    say: ([intervals = 0, least = 0, others = 0, given = 0]) =>
      text.watched.silent_series(fixed(intervals, Number.isInteger(intervals) ? 0 : 1), minutes(least), minutes(others), hours(given)),
  },
  agent_away: { names: ['least_min'], say: ([least = 0]) => text.watched.agent_away(minutes(least)) },
}

function listed({ settings }: Rule): string {
  return Object.entries(settings)
    .map(([name, value]) => text.setting(name, String(value)))
    .join(', ')
}

const minutes = (count: number): string => duration(count * 60)
const hours = (count: number): string => duration(count * HOUR_S)
const timeWord = (seconds: number): string => (seconds > 0 ? duration(seconds) : text.atOnce)
