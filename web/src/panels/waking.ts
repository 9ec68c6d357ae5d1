import { roster } from '../state/roster.svelte'
import type { Vessel } from '../state/server'
import type { Situation } from '../state/situation'
import { site } from '../state/site.svelte'

/** True while a vessel of the demo is not heard of because its past is still being simulated; nobody need look then. */
export function isWaking(vessel: Vessel, situation: Situation): boolean {
  return site.demo && site.filling !== null && (situation === 'stale' || roster.isAgentAway(vessel))
}
