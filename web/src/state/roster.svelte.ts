import { SvelteMap } from 'svelte/reactivity'
import { type AgentState, type Batch, server, type Vessel } from './server'

/** The adapter under which vessels keep series of their own. */
export const VESSEL_ADAPTER = 'krausen'

/** The algorithm of a vessel whose controller's own firmware holds it. */
export const FIRMWARE = 'firmware'

const SOON_MS = 5000

/** A vessel's own series. */
export type OwnMetric =
  | 'setpoint_beer'
  | 'setpoint_chamber'
  | 'mode'
  | 'heat_demand'
  | 'cool_demand'
  | 'heat'
  | 'cool'
  | 'state'

/** The vessels as the server sees them, and the agents that hold them. */
class Roster {
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  failure = $state.raw<unknown>(null)
  vessels = $state.raw<readonly Vessel[]>([])
  batches = $state.raw<readonly Batch[]>([])
  readonly agents = new SvelteMap<string, AgentState>()
  #soon: ReturnType<typeof setTimeout> | undefined
  #own = $state.raw<ReadonlyMap<string, string>>(new Map())

  /** Reads everything anew; what is already known stays until the answer is here. */
  async load(): Promise<void> {
    try {
      const [vessels, own, batches] = await Promise.all([
        server.vessels(),
        server.series({ adapter: VESSEL_ADAPTER }),
        server.batches(),
      ])
      this.vessels = vessels
      this.#own = new Map(own.map((series) => [ownKey(series.node, series.metric), series.id]))
      this.batches = batches
      this.phase = 'ready'
      this.failure = null
    } catch (failure) {
      this.failure = failure
      if (this.phase === 'loading') this.phase = 'failed'
    }
  }

  /** Asks how the agents are; from then on they tell. Throws what the call throws. */
  async ask(): Promise<void> {
    for (const { agent, state } of await server.agents()) this.agents.set(agent, state)
  }

  retry(): Promise<void> {
    this.phase = 'loading'
    return this.load()
  }

  vessel(id: string): Vessel | undefined {
    return this.vessels.find((vessel) => vessel.id === id)
  }

  /** What ferments in a vessel now. */
  batchIn(vessel: Vessel): Batch | undefined {
    return vessel.batch === null ? undefined : this.batches.find((batch) => batch.id === vessel.batch)
  }

  /** The id of a vessel's own series, or null while it has none. */
  own(vessel: string, metric: OwnMetric): string | null {
    return this.#own.get(ownKey(vessel, metric)) ?? null
  }

  /** Takes over a vessel as the server just told it. */
  apply(vessel: Vessel): void {
    const known = this.vessels.some((one) => one.id === vessel.id)
    // The first answer brings all of them at once.
    if (!known && this.phase !== 'ready') return
    if (!known || this.own(vessel.id, 'state') === null) this.#loadSoon()
    this.vessels = known
      ? this.vessels.map((one) => (one.id === vessel.id ? vessel : one))
      : [...this.vessels, vessel]
  }

  /** Something new is there: its series and batches are read, but not more often than is good for the server. */
  #loadSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      void this.load()
    }, SOON_MS)
  }

  forget(id: string): void {
    this.vessels = this.vessels.filter((vessel) => vessel.id !== id)
  }

  /** True when the agent of a vessel is known to be away. */
  isAgentAway(vessel: Vessel): boolean {
    return this.agents.get(vessel.agent) === 'offline'
  }
}

function ownKey(vessel: string, metric: string): string {
  return `${vessel}\n${metric}`
}

export const roster = new Roster()
