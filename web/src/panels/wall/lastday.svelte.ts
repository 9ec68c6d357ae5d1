import { untrack } from 'svelte'
import { doing } from '../../state/doing.svelte'
import { Past } from '../../state/history'
import { link } from '../../state/live.svelte'
import { roster } from '../../state/roster.svelte'
import type { Vessel } from '../../state/server'
import { site } from '../../state/site.svelte'
import { heldOf, seriesOf } from '../lines'
import { slopeADay } from '../slope'

const DAY_MS = 86_400_000
const BUCKETS = 180

/** The last 24 hours of every vessel, kept up to now. Made while a component is. */
export class LastDay {
  /** Counts what has changed in the source. */
  version = $state(0)
  readonly #wanted = $derived(roster.vessels.flatMap((vessel) => seriesOf(vessel)).join(' '))
  readonly #held = $derived(roster.vessels.flatMap((vessel) => heldOf(vessel)).join(' '))
  readonly source = $derived(new Past(split(this.#wanted), () => (this.version += 1), { held: split(this.#held) }))

  constructor() {
    $effect(() => {
      const { source } = this
      void link.gaps
      if (site.isTimed) untrack(() => void this.#load(source))
    })
    $effect(() => this.source.follow(DAY_MS, DAY_MS / BUCKETS))
  }

  /** How much the gravity of a vessel falls a day, SG; null when that is not known. */
  fallOf({ roles }: Vessel): number | null {
    void this.version
    return slopeADay(this.source, roles.gravity)
  }

  async #load(source: Past): Promise<void> {
    if (!this.#wanted) return
    const now = site.clock.now()
    try {
      await source.load({ from: now - DAY_MS, to: now }, BUCKETS)
      await doing.track(roster.vessels.flatMap((vessel) => roster.own(vessel.id, 'state') ?? []), now)
    } catch {
      // Cards live without their small curves; the link says when the server is away, and a gap reads them again.
    }
  }
}

function split(names: string): string[] {
  return names ? names.split(' ') : []
}
