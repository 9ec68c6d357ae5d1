import { Gathering, hear, type HeardFrame } from './hearing.svelte'
import { isRecord } from './loglines'
import { type Role, server } from './server'

/** Frames that are shown at most, and that are held while they wait. */
const MOST = 300
const DATA = 'data'

/** A channel, and what role it takes to publish to it. */
export interface Channel {
  name: string
  title: string
  publish: Role
  builtin: boolean
}

/** Where a published message came to stand. */
export interface Published {
  channel: string
  seq: string
  time: string
}

/** A frame with its message as text, made once. */
export interface Heard {
  frame: HeardFrame
  text: string
}

export function channels(): Promise<Channel[]> {
  return server.collection('/channels')
}

export function declareChannel(wish: Pick<Channel, 'name' | 'title' | 'publish'>): Promise<Channel> {
  return server.call('POST', '/channels', { body: wish })
}

export async function removeChannel(name: string, reason: string): Promise<void> {
  await server.call<unknown>('DELETE', `/channels/${encodeURIComponent(name)}`, { query: { reason } })
}

/** Says anything that JSON can say to who listens to a channel. */
export function publish(channel: string, message: unknown): Promise<Published> {
  return server.call('POST', `/channels/${encodeURIComponent(channel)}`, { body: message })
}

/** The live log of one channel, and what tests say on the channel `data`. */
export class Ear {
  /** Every frame of the channel, as it came, oldest first. */
  heard = $state.raw<readonly Heard[]>([])
  /** How many came since it pauses. */
  waiting = $state(0)
  /** True from when nothing is missed. */
  isOpen = $state(false)
  refusal = $state<string | null>(null)
  #isPaused = false
  #held: readonly Heard[] = []
  readonly #onTest: (frame: HeardFrame) => void

  /** `onTest` hears what tests published on `data`. */
  constructor(onTest: (frame: HeardFrame) => void) {
    this.#onTest = onTest
  }

  /** Listens to a channel; gives the act that ends it. */
  listen(channel: string): () => void {
    this.clear()
    this.refusal = null
    this.isOpen = false
    const gathering = new Gathering<HeardFrame>((frames) => this.#take(frames), MOST)
    const deaf = hear(channel === DATA ? [DATA] : [DATA, channel], {
      onFrame: (frame) => {
        if (isOfTest(frame)) this.#onTest(frame)
        if (frame.channel === channel) gathering.add(frame)
      },
      onGap: () => undefined,
      onOpen: () => (this.isOpen = true),
      onRefusal: (detail) => (this.refusal = detail),
    })
    return () => {
      deaf()
      gathering.clear()
    }
  }

  /** Lets frames wait, or shows those that did. */
  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return
    this.#isPaused = isPaused
    if (isPaused) return
    this.heard = [...this.heard, ...this.#held].slice(-MOST)
    this.#held = []
    this.waiting = 0
  }

  clear(): void {
    this.heard = this.#held = []
    this.waiting = 0
  }

  #take(frames: readonly HeardFrame[]): void {
    const came = frames.map((frame) => ({ frame, text: JSON.stringify(frame.message) }))
    if (!this.#isPaused) {
      this.heard = [...this.heard, ...came].slice(-MOST)
      return
    }
    this.#held = [...this.#held, ...came].slice(-MOST)
    this.waiting += came.length
  }
}

/** True for what a test published on `data`. */
export function isOfTest({ channel, published, message }: HeardFrame): boolean {
  return channel === DATA && published === true && isRecord(message) && message['test'] === true
}
