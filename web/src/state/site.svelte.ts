import { instant } from '../units/time'
import { isZone } from '../units/zone'
import { type Health, server } from './server'
import { ServerClock } from './serverclock'

const TICK_MS = 1000
const CALM_MS = 30_000
const FILLING_MS = 2000
const USUAL_ZONE = 'UTC'

/** What the server says about itself, and its clock, which everybody here takes the time from. */
class Site {
  readonly clock = new ServerClock(() => performance.now())
  /** The server's now, epoch milliseconds, renewed every second; 0 until it is known. */
  now = $state(0)
  /** True as soon as the server has told its time. */
  readonly isTimed = $derived(this.now > 0)
  #ownZone = $state(USUAL_ZONE)
  #chosenZone = $state<string | null>(null)
  health = $state.raw<Health | null>(null)
  #asking: ReturnType<typeof setTimeout> | undefined

  /** The zone whose clocks the site goes by. */
  get zone(): string {
    return this.#chosenZone ?? this.#ownZone
  }

  /** Takes the zone that people chose for the site; null for the server's own. */
  goBy(zone: string | null): void {
    this.#chosenZone = zone !== null && isZone(zone) ? zone : null
  }

  get demo(): boolean {
    return this.health?.demo === true
  }

  /** How much of the simulated past is there, 0 to 1; null when nothing is being filled in. */
  get filling(): number | null {
    return this.health?.filling?.done ?? null
  }

  /** Keeps time from here on; gives the act that ends it. */
  run(): () => void {
    const ticking = setInterval(() => this.tick(), TICK_MS)
    return () => {
      clearInterval(ticking)
      clearTimeout(this.#asking)
    }
  }

  tick(): void {
    if (this.clock.isSet) this.now = this.clock.now()
  }

  /** Asks the server how it is, now and from time to time. Throws what the call throws, the first time only. */
  async ask(): Promise<void> {
    clearTimeout(this.#asking)
    try {
      this.#learn(await server.health())
    } finally {
      const pause = this.filling === null ? CALM_MS : FILLING_MS
      this.#asking = setTimeout(() => void this.#askAgain(), pause)
    }
  }

  async #askAgain(): Promise<void> {
    try {
      await this.ask()
    } catch {
      // The link to the server says by itself when it is away; the next try is already set.
    }
  }

  #learn(health: Health): void {
    this.health = health
    if (health.zone && isZone(health.zone)) this.#ownZone = health.zone
    const time = instant(health.time)
    if (time === null) return
    this.clock.set(time, health.speed ?? 1)
    this.tick()
  }
}

export const site = new Site()
