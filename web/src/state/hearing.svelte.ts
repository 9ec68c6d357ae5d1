import { type Frame, Live } from '@krausen/client'
import { link } from './live.svelte'
import { server } from './server'

/** A live message; one that a person or a program published says who. */
export type HeardFrame = Frame & { by?: string; published?: boolean }

interface Hearer {
  onFrame: (frame: HeardFrame) => void
  /** Something was missed on this channel. */
  onGap: (channel: string) => void
  onRefusal?: (detail: string) => void
  /** From now on nothing is missed; what was said before may have been. */
  onOpen?: () => void
}

/** Listens to channels by a connection of its own, as long as somebody looks; gives the act that ends it. */
export function hear(channels: readonly string[], { onFrame, onGap, onRefusal, onOpen }: Hearer): () => void {
  const live = new Live({
    url: server.liveUrl(),
    channels,
    onMessage: onFrame,
    onGap,
    onState: (state) => (state === 'open' ? onOpen?.() : undefined),
    ...(onRefusal ? { onRefusal } : {}),
  })
  live.open()
  // The page's own connection tries at once when the network is back; this one follows.
  const still = $effect.root(() => {
    $effect(() => {
      if (!link.isUp) return
      if (live.state === 'closed') live.open()
      else live.hurry()
    })
  })
  return () => {
    still()
    live.close()
  }
}

const SOON_MS = 100

/** Gathers what comes in a crowd, and hands it on ten times a second at most. */
export class Gathering<Thing> {
  #held: Thing[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #pass: (things: readonly Thing[]) => void
  readonly #most: number

  /** No more than the `most` newest are held at once. */
  constructor(pass: (things: readonly Thing[]) => void, most: number) {
    this.#pass = pass
    this.#most = most
  }

  add(thing: Thing): void {
    this.#held.push(thing)
    if (this.#held.length > this.#most) this.#held.shift()
    this.#timer ??= setTimeout(() => this.#release(), SOON_MS)
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#held = []
  }

  #release(): void {
    const held = this.#held
    this.#held = []
    this.#timer = undefined
    this.#pass(held)
  }
}
