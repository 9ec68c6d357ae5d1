import { instant } from '../units/time'
import type { Vessel } from './server'

/** What a vessel is doing, in the numbers of its `state` series. */
const DOING: Record<number, Doing> = {
  0: 'idle',
  1: 'off',
  3: 'heating',
  4: 'cooling',
  5: 'waiting-cool',
  6: 'waiting-heat',
  7: 'waiting-peak',
  8: 'cooling',
  9: 'heating',
}

const SILENT_S = 30

export type Doing = 'idle' | 'off' | 'heating' | 'cooling' | 'waiting-cool' | 'waiting-heat' | 'waiting-peak' | 'unknown'
export type Situation = Doing | 'refused' | 'stale'

/** A code of the `state` series and since when it holds; `since` is null when that is longer than is known. */
export interface CodeSince {
  code: number
  since: number | null
}

/** What is known beside the vessel itself. */
export interface Surroundings {
  now: number
  /** Seconds of the server's time in one second. */
  speed: number
  isLinkUp: boolean
  code: CodeSince | undefined
}

/** The most important thing to say about a vessel, and for how many seconds that has been so, if known. */
export function situationOf(vessel: Vessel, around: Surroundings): { situation: Situation; forS: number | null } {
  if (isStale(vessel, around)) return { situation: 'stale', forS: ageS(vessel, around.now) }
  if (vessel.accepted.state === 'rejected') return { situation: 'refused', forS: null }
  const situation = doingOf(vessel, around.code)
  const since = around.code?.since ?? null
  const isCounted = situation === 'heating' || situation === 'cooling'
  return { situation, forS: isCounted && since !== null ? Math.max(0, (around.now - since) / 1000) : null }
}

/** What it does, by its own word, else by what its outputs are seen to do. */
export function doingOf(vessel: Vessel, code: CodeSince | undefined): Doing {
  return (code && DOING[code.code]) ?? seen(vessel)
}

function seen({ observed, accepted }: Vessel): Doing {
  if (observed.heat) return 'heating'
  if (observed.cool) return 'cooling'
  if (accepted.mode === 'off') return 'off'
  return observed.heat === null && observed.cool === null ? 'unknown' : 'idle'
}

/** True when what is known of a vessel is too old to be called its present. */
export function isStale(vessel: Vessel, around: Pick<Surroundings, 'now' | 'speed' | 'isLinkUp'>): boolean {
  if (vessel.observed.stale) return true
  if (around.isLinkUp) return false
  const age = ageS(vessel, around.now)
  return age === null || age > SILENT_S * around.speed
}

/** Seconds since the vessel was last observed, or null when it never was. */
export function ageS(vessel: Vessel, now: number): number | null {
  const at = instant(vessel.observed.at)
  return at === null ? null : Math.max(0, (now - at) / 1000)
}

/** True when a person should look. */
export function needsPerson(situation: Situation, isAgentAway: boolean): boolean {
  return isAgentAway || situation === 'stale' || situation === 'refused'
}

/** What is asked of a vessel: the value that is in force, by the newest wish that its agent took over. */
export function heldValue(vessel: Vessel): number | null {
  return vessel.accepted.mode === 'off' ? null : vessel.accepted.value
}
