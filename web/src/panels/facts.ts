import { doing } from '../state/doing.svelte'
import { latest } from '../state/latest.svelte'
import { link } from '../state/live.svelte'
import { roster } from '../state/roster.svelte'
import type { Vessel, VesselRole } from '../state/server'
import { type Situation, situationOf, type Surroundings } from '../state/situation'
import { site } from '../state/site.svelte'
import { instant } from '../units/time'

/** What is known of a vessel at this moment, put together from all that was heard. */
export interface Facts {
  situation: Situation
  forS: number | null
  beer: number | null
  chamber: number | null
  ambient: number | null
  gravity: number | null
}

/** What is known beside a vessel. */
export function aroundOf(vessel: Vessel): Surroundings {
  return {
    now: site.now,
    speed: site.health?.speed ?? 1,
    isLinkUp: link.isUp,
    code: doing.of(roster.own(vessel.id, 'state')),
  }
}

export function factsOf(vessel: Vessel): Facts {
  const { situation, forS } = situationOf(vessel, aroundOf(vessel))
  return {
    situation,
    forS,
    beer: newest(vessel, 'beer', vessel.observed.beer),
    chamber: newest(vessel, 'chamber', vessel.observed.chamber),
    ambient: newest(vessel, 'ambient', null),
    gravity: newest(vessel, 'gravity', null),
  }
}

/** The newer of what the vessel's series last said and what the vessel was observed to have. */
function newest(vessel: Vessel, role: VesselRole, observed: number | null): number | null {
  const heard = latest.of(vessel.roles[role])
  if (!heard || heard.quality === 'bad') return observed
  const at = instant(vessel.observed.at) ?? 0
  return heard.t >= at || observed === null ? heard.v : observed
}
