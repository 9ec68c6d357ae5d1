import { SvelteMap } from 'svelte/reactivity'
import type { Part } from './pieces'
import { server } from './server'

/** A silence that goes on is asked about anew so often, for its cause may become known. */
const ANEW_MS = 60_000

/** What kept series silent, as far as it was asked. */
export class Silences {
  readonly #causes = new SvelteMap<string, string>()
  /** Up to when each silence was asked about. */
  readonly #asked: Record<string, number> = {}

  /** How many causes are known. */
  get known(): number {
    return this.#causes.size
  }

  /** What kept a series silent from then on, as the server calls it; null while that is not known. */
  of(silence: Part): string | null {
    return this.#causes.get(keyOf(silence)) ?? null
  }

  /** Asks the server, where that was not done yet. */
  ask(silence: Part): void {
    const key = keyOf(silence)
    if (silence.to - (this.#asked[key] ?? -Infinity) < ANEW_MS) return
    this.#asked[key] = silence.to
    // A silence without its cause is still seen; the next look asks again.
    this.#find(silence, key).catch(() => {
      this.#asked[key] = -Infinity
    })
  }

  async #find(silence: Part, key: string): Promise<void> {
    this.#causes.set(key, (await server.silence(silence.series, silence)).cause)
  }
}

function keyOf({ series, from }: Part): string {
  return `${series} ${from}`
}
