import type { IconName } from '../controls/icons'
import { latest } from '../state/latest.svelte'
import { roster } from '../state/roster.svelte'
import { doingOf, heldValue, isStale, type Surroundings } from '../state/situation'
import type { Demand, Mode, Vessel, Wish } from '../state/server'
import { words } from '../text'
import { duration } from '../units/duration'
import { percent } from '../units/quantity'
import { temperature, type TemperatureUnit } from '../units/temperature'
import { fullTime, instant, stamp } from '../units/time'

/** How a truth stands to its neighbour. Agreement has no colour. */
export type Standing = 'agreed' | 'waiting' | 'refused' | 'away' | 'unknown' | 'contradicts'

/** One of the four truths of a vessel, as it is shown. */
export interface Truth {
  name: string
  value: string
  small: string
  /** Small print that does not fit, for the tooltip. */
  whole: string
  standing: Standing
  icon: IconName
}

/** What is known beside the vessel, and how this person reads it. */
export interface Reader extends Surroundings {
  isAgentAway: boolean
  unit: TemperatureUnit
  zone: string
  /** Name of the person at the page. */
  self: string
  /** The profile that is followed, and what it asks for now. */
  followed?: { name: string; setpoint: number } | null
}

const JUST_S = 10

/** Requested, accepted, demanded, observed: always four, always in this order. */
export function truthsOf(vessel: Vessel, reader: Reader): [Truth, Truth, Truth, Truth] {
  return [requested(vessel, reader), accepted(vessel, reader), demanded(vessel, reader), observed(vessel, reader)]
}

/** A wish as a value: "20.0 °C", "chamber 12.0 °C", "Off"; a profile as what it asks for now, where that is known. */
export function wishSaid(mode: Mode, value: number | null, unit: TemperatureUnit, followed: Reader['followed'] = null): string {
  if (mode === 'off') return words.truths.off
  if (mode === 'profile') return followed ? temperature(followed.setpoint, unit) : words.setpoint.modes.profile
  const said = value === null ? words.truths.unknown : temperature(value, unit)
  return mode === 'chamber' ? `${words.truths.chamber} ${said}` : said
}

function requested({ requested: wish }: Vessel, reader: Reader): Truth {
  const reason = wish.reason ? ` · ${wish.reason}` : ''
  const by = words.truths.by(wish.by === reader.self ? words.truths.you : wish.by, when(wish, reader)) + reason
  const small = wish.mode === 'profile' && reader.followed ? `${reader.followed.name}, ${by}` : by
  return { ...truth('requested', wishSaid(wish.mode, wish.value, reader.unit, reader.followed), small, 'agreed', 'check'), whole: whole(wish, small, reader) }
}

function accepted(vessel: Vessel, reader: Reader): Truth {
  const answer = vessel.accepted
  const value = wishSaid(answer.mode, answer.value, reader.unit, reader.followed)
  if (reader.isAgentAway) return truth('accepted', value, words.truths.beforeAway(when(answer, reader)), 'away', 'clock')
  if (answer.state === 'rejected') return truth('accepted', words.truths.still(value), answer.detail, 'refused', 'cross')
  if (answer.state === 'waiting') {
    const since = instant(vessel.requested.at)
    const waited = duration(since === null ? 0 : (reader.now - since) / 1000)
    return truth('accepted', words.truths.still(value), words.truths.waitingFor(vessel.agent, waited), 'waiting', 'clock')
  }
  const small = words.truths.revision(vessel.agent, answer.revision)
  return { ...truth('accepted', value, small, 'agreed', 'check'), whole: whole(answer, small, reader) }
}

function demanded(vessel: Vessel, reader: Reader): Truth {
  const demand = vessel.demanded
  if (isStale(vessel, reader)) return unknown('demanded', demand.at, reader)
  const value = demandSaid(demand)
  // While an output waits, what holds it back is the news; it is said last.
  const small = (doingOf(vessel, reader.code).startsWith('waiting') ? demand.why.at(-1) : demand.why[0]) ?? ''
  return { ...truth('demanded', value, small, 'agreed', 'arrow'), whole: demand.why.join(' ') }
}

function observed(vessel: Vessel, reader: Reader): Truth {
  const seen = vessel.observed
  const last = levelSaid(seen.heat, seen.cool)
  if (isStale(vessel, reader)) return { ...unknown('observed', seen.at, reader), small: words.truths.lastSeen(last.toLowerCase()) }
  if (seen.heat && seen.cool) return truth('observed', words.truths.bothOn, words.truths.bothOnWhy, 'contradicts', 'cross')
  const chamber = seen.chamber === null ? '' : words.truths.chamberAt(temperature(seen.chamber, reader.unit))
  return truth('observed', last, chamber, last === words.truths.unknown ? 'unknown' : 'agreed', 'eye')
}

function demandSaid({ heat, cool }: Demand): string {
  if (heat > 0) return words.truths.heat(percent(heat))
  return cool > 0 ? words.truths.cool(percent(cool)) : words.truths.nothing
}

/** What outputs are seen to do; an output that nobody can see says nothing. */
export function levelSaid(heat: boolean | null, cool: boolean | null): string {
  if (heat && cool) return words.truths.bothOn
  if (heat) return words.truths.heaterOn
  if (cool) return words.truths.coolerOn
  return heat === false || cool === false ? words.truths.outputsOff : words.truths.unknown
}

/** The value that is in force, for axes and gauges: what the beer shall have, or null in other modes. */
export function beerSetpoint(vessel: Vessel): number | null {
  const { mode } = vessel.accepted
  // A profile asks for another value every minute; the vessel tells which.
  if (mode === 'profile') return heldValue(vessel) ?? latest.of(roster.own(vessel.id, 'setpoint_beer'))?.v ?? null
  return mode === 'beer' ? heldValue(vessel) : null
}

function unknown(name: 'demanded' | 'observed', at: string | null, reader: Reader): Truth {
  const since = instant(at)
  const small = since === null ? '' : words.truths.since(stamp(since, reader.now, reader.zone))
  return truth(name, words.truths.unknown, small, 'unknown', 'dash')
}

function truth(name: 'requested' | 'accepted' | 'demanded' | 'observed', value: string, small: string, standing: Standing, icon: IconName): Truth {
  return { name: words.truths[name], value, small, whole: small, standing, icon }
}

function when(wish: Wish, reader: Reader): string {
  const at = instant(wish.at)
  if (at === null) return ''
  return reader.now - at < JUST_S * 1000 * reader.speed ? words.truths.justNow : stamp(at, reader.now, reader.zone)
}

function whole(wish: Wish, small: string, reader: Reader): string {
  const at = instant(wish.at)
  return at === null ? small : `${small} (${fullTime(at, reader.zone)})`
}
