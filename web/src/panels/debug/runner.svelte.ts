import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import { publish } from '../../state/debug.svelte'
import type { HeardFrame } from '../../state/hearing.svelte'
import { advanced, begun, farewellsOf, isDone, type Kind, KINDS, messagesOf, PACE, type SimulatedVessel, type Simulation, type SimulationMessage } from './simulations'
import { devicesIn, simulationIn, type TestDevice } from './trace'

const TICK_MS = 1000
/** A vessel of which nothing was heard for so long is not simulated any more. */
const SILENT_MS = 6000

interface Play {
  simulation: Simulation
  timer: ReturnType<typeof setInterval>
}

/** Plays simulations and publishes them, until it is stopped or they are done. */
export class Runner {
  readonly running = new SvelteSet<Kind>()
  failure = $state.raw<unknown>(null)
  readonly #plays: Record<Kind, Play | undefined> = { mash: undefined, ale: undefined, lager: undefined }

  start(kind: Kind): void {
    this.stop(kind)
    this.failure = null
    this.#plays[kind] = { simulation: begun(kind), timer: setInterval(() => void this.#tick(kind), TICK_MS) }
    this.running.add(kind)
    void this.#say(kind)
  }

  /** Ends one before its time, and tells who watches. */
  stop(kind: Kind): void {
    const play = this.#plays[kind]
    this.#let(kind)
    if (play) void this.#send(farewellsOf(play.simulation))
  }

  #let(kind: Kind): void {
    clearInterval(this.#plays[kind]?.timer)
    this.#plays[kind] = undefined
    this.running.delete(kind)
  }

  end(): void {
    KINDS.forEach((kind) => this.stop(kind))
  }

  async #tick(kind: Kind): Promise<void> {
    const play = this.#plays[kind]
    if (!play) return
    if (isDone(play.simulation)) return this.#let(kind)
    play.simulation = advanced(play.simulation, PACE[kind])
    await this.#say(kind)
  }

  async #say(kind: Kind): Promise<void> {
    const play = this.#plays[kind]
    if (play && !(await this.#send(messagesOf(play.simulation)))) this.#let(kind)
  }

  async #send(messages: readonly SimulationMessage[]): Promise<boolean> {
    try {
      await Promise.all(messages.map((message) => publish('data', message)))
      return true
    } catch (failure) {
      this.failure = failure
      return false
    }
  }
}

/** A simulated vessel as it was heard last, whoever simulates it. */
export interface VesselHeard {
  vessel: SimulatedVessel
  kind: Kind
  t: number
  by: string
  heardAt: number
}

/** What tests tell on the channel `data`: of this page and of every other. */
export class TestBench {
  readonly vessels = new SvelteMap<string, VesselHeard>()
  devices = $state.raw<readonly TestDevice[]>([])

  hear({ message, by = '' }: HeardFrame): void {
    const told = simulationIn(message)
    if (told) this.#keep(`${by} ${told.kind} ${told.vessel.name}`, { ...told, by, heardAt: performance.now() })
    this.devices = devicesIn(message) ?? this.devices
  }

  #keep(key: string, told: VesselHeard): void {
    if (told.vessel.mode === 'stopped') this.vessels.delete(key)
    else this.vessels.set(key, told)
  }

  /** Lets go of what has fallen silent; gives the act that ends it. */
  run(): () => void {
    const timer = setInterval(() => {
      for (const [key, { heardAt }] of this.vessels) if (performance.now() - heardAt > SILENT_MS) this.vessels.delete(key)
    }, TICK_MS)
    return () => clearInterval(timer)
  }
}
