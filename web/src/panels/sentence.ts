import { temperature, type TemperatureUnit } from '../units/temperature'
import type { Batch, Vessel } from '../state/server'
import { needsPerson, type Situation } from '../state/situation'
import { words } from '../text'
import { beerSetpoint, type Reader } from './truths'
import { dayNumber, instant } from '../units/time'

/** One plain line about a vessel: what needs a person, else what it is about. */
export function plainSentence(vessel: Vessel, situation: Situation, isAgentAway: boolean, reader: Pick<Reader, 'unit' | 'now' | 'speed'>): string {
  if (isAgentAway) return words.overview.agentAway(vessel.agent)
  if (situation === 'stale') return words.overview.silent
  if (situation === 'refused') return words.overview.refused(vessel.accepted.detail)
  return isDelayed(vessel, reader) ? words.overview.waitsForAgent(vessel.agent) : held(vessel, reader.unit)
}

/** An answer usually comes before one can read that it is waited for. */
function isDelayed({ accepted, requested }: Vessel, { now, speed }: Pick<Reader, 'now' | 'speed'>): boolean {
  const asked = instant(requested.at)
  return accepted.state === 'waiting' && asked !== null && now - asked > DELAY_MS * speed
}

function held(vessel: Vessel, unit: TemperatureUnit): string {
  const { accepted, observed } = vessel
  const { mode } = accepted
  if (mode === 'off') return words.overview.off
  const value = mode === 'chamber' ? accepted.value : beerSetpoint(vessel)
  if (mode === 'profile' || value === null) return words.overview.following(value === null ? null : temperature(value, unit))
  const [what, now] = mode === 'chamber' ? [words.vessel.chamber, observed.chamber] : [words.vessel.beer, observed.beer]
  const isThere = now === null || Math.abs(now - value) < THERE_C
  const said = temperature(value, unit)
  return isThere ? words.overview.holding(what.toLowerCase(), said) : words.overview.bringing(what.toLowerCase(), said)
}

/** "Harvest Pale Ale · day 4", or null for an empty vessel. */
export function batchSaid(batch: Batch | undefined, now: number, zone: string): string | null {
  const start = instant(batch?.started_at)
  return batch && start !== null && now > 0 ? words.overview.batchDay(batch.name, dayNumber(start, now, zone)) : null
}

/** How a vessel stands, for the first line of the Overview. */
export interface Standing {
  situation: Situation
  isAgentAway: boolean
  /** Somebody is to look at once. */
  isAlarmed?: boolean
  /** An alarm lasts that somebody has acknowledged. */
  isKnown?: boolean
}

/** The first line of the Overview: who needs a person, else how many are on course. `alarms` are those of no vessel. */
export function overviewSentence(states: readonly Standing[], alarms = 0): { title: string; rest: string } {
  if (!states.length) return alarms ? { title: words.alarms.needYou(alarms), rest: '' } : { title: words.overview.none, rest: '' }
  const needy = states.filter(isNeedy).length
  const calm = states.filter((one) => !isNeedy(one))
  const known = calm.filter((one) => one.isKnown).length
  const off = calm.filter((one) => !one.isKnown && one.situation === 'off').length
  const onCourse = calm.length - known - off
  const rest = [onCourse ? words.overview.restOnCourse(onCourse) : '', known ? words.alarms.known(known) : ''].filter(Boolean).join(' · ')
  if (needy) return { title: words.overview.needs(needy), rest }
  if (alarms) return { title: words.alarms.needYou(alarms), rest }
  return calmSentence(onCourse, known, off)
}

function calmSentence(onCourse: number, known: number, off: number): { title: string; rest: string } {
  if (onCourse) return { title: words.overview.onCourse(onCourse), rest: known ? words.alarms.known(known) : '' }
  return { title: known ? words.alarms.knownAll(known) : words.overview.allOff(off), rest: '' }
}

function isNeedy({ situation, isAgentAway, isAlarmed }: Standing): boolean {
  return isAlarmed === true || needsPerson(situation, isAgentAway)
}

const THERE_C = 0.5
const DELAY_MS = 4000
