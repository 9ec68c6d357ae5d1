import type { LiveReading } from './server'

type Listener = (readings: readonly LiveReading[]) => void

/** Hands live readings on to whoever draws them. Outside reactive state, for they come every second. */
class Stream {
  readonly #listeners = new Set<Listener>()

  /** Gives the act that ends the listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pass(readings: readonly LiveReading[]): void {
    for (const listener of this.#listeners) listener(readings)
  }
}

export const stream = new Stream()
