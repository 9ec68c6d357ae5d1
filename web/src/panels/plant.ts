import type { Agent } from '../state/server'
import { agents as words } from '../text/agents'
import { age, duration } from '../units/duration'
import { date, instant, stamp } from '../units/time'

/** A clock that is off by more is told, ms. */
const CLOCK_OFF_MS = 5000
/** A difference below this is the way of the message, not the clock's. */
const IN_STEP_MS = 500
const FRESH_S = 10

export interface Reader {
  now: number
  zone: string
}

/** "Holds two vessels, last heard 2 s ago." */
export function agentSentence(agent: Agent, heard: number | null, { now, zone }: Reader): string {
  return words.sentence(words.holds(agent.vessels.length), heardSaid(heard, now, zone))
}

function heardSaid(heard: number | null, now: number, zone: string): string {
  if (heard === null) return words.neverHeard
  const seconds = Math.max(0, (now - heard) / 1000)
  if (seconds < 1) return words.heardNow
  if (seconds < FRESH_S) return words.heard(duration(seconds))
  const said = age(seconds)
  return said === null ? words.heardAt(stamp(heard, now, zone)) : words.heard(said)
}

/** When an agent was last heard of: the server's word, or a newer reading of one of its devices. */
export function heardAt(agent: Agent, readings: readonly (number | undefined)[]): number | null {
  const times = [instant(agent.last_seen), ...readings].filter((time): time is number => typeof time === 'number')
  return times.length ? Math.max(...times) : null
}

/** The sentence of the page: who is away, else that all are well. */
export function agentsSentence(agents: readonly Agent[]): string {
  const away = agents.filter((agent) => agent.state === 'offline').length
  if (agents.length === 0) return words.none
  return away ? words.away(away) : words.allWell(agents.length)
}

/** "in step", "0.8 s ahead", "2 h behind"; `isOff` when it matters. */
export function clockSaid(ms: number | null): { said: string; isOff: boolean } {
  if (ms === null) return { said: words.unknown, isOff: false }
  const size = Math.abs(ms)
  if (size < IN_STEP_MS) return { said: words.inStep, isOff: false }
  const time = duration(Math.max(1, Math.round(size / 1000)))
  return { said: ms > 0 ? words.ahead(time) : words.behind(time), isOff: size > CLOCK_OFF_MS }
}

/** True when a person should look: nobody can change what an agent that is away holds. */
export function needsPerson(agent: Agent): boolean {
  return agent.state === 'offline' && agent.vessels.length > 0
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What is wrong with a name for an agent, or null. */
export function nameFault(name: string): string | null {
  return NAME.test(name) ? null : words.nameWrong
}

export function knownSince(agent: Agent, { now, zone }: Reader): string {
  const at = instant(agent.known_since)
  return at === null ? words.unknown : date(at, now, zone)
}

/** Why an agent cannot be removed now, or null. */
export function removalHindrance(agent: Agent, nameOf: (vessel: string) => string): string | null {
  if (agent.vessels.length) return words.removeHeld(agent.vessels.map(nameOf).join(', '))
  return agent.state === 'offline' ? null : words.removeHere
}
