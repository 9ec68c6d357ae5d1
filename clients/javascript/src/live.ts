import { Refusal, Unreachable } from './problem.js'
import type { Frame, Messages } from './schema.js'

export type LiveState = 'connecting' | 'open' | 'waiting' | 'closed'

/** What is used of a WebSocket. */
export interface Socket {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onerror?: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

/** What is used of the clock. */
export interface Timers {
  after(ms: number, act: () => void): unknown
  cancel(timer: unknown): void
}

export interface LiveSettings {
  url: string
  /** For programs, and for pages of another server; a page of this one has its cookie. */
  token?: string
  /** What is heard from the first; `subscribe` and `on` add to it. */
  channels?: readonly string[]
  onMessage?: (frame: Frame) => void
  /** With `waiting` comes the pause until the next try, milliseconds; with it and `closed`, why, in words or empty. */
  onState?: (state: LiveState, pauseMs: number, why: string) => void
  /** What was missed on this channel is no longer held: read it again by the calls. */
  onGap?: (channel: string) => void
  /** The server refused a frame of ours that was nothing to publish, such as a channel that is not there. */
  onRefusal?: (detail: string) => void
  /** Connects where there is no WebSocket of the platform's own, as in Node before 22. */
  connect?: (url: string) => Socket
  timers?: Timers
  /** 0 to 1; scatters the pauses so that not all pages come back in the same instant. */
  random?: () => number
}

const PING_MS = 10_000
const MISSES = 2
const OPENING_MS = 10_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 20_000
/** The server knows us not, or knows that we may not listen. Without a token somebody may be about to sign in. */
const REFUSED = [4401, 4403]
const TRIES_REFUSED = 3
const UNANSWERED = 'The server did not answer.'

/** A connection to the live channels that comes back by itself and resumes where it stopped. */
export class Live {
  readonly #settings: LiveSettings
  readonly #timers: Timers
  readonly #random: () => number
  /** By channel the number of the last message; empty while it said nothing, null while it was never asked for. */
  readonly #seen: Map<string, string | null>
  readonly #acts = new Map<string, Set<(message: never, frame: Frame) => void>>()
  readonly #published: Published[] = []
  #socket: Socket | null = null
  #state: LiveState = 'closed'
  #failures = 0
  #refusals = 0
  #silent = 0
  #pings = 0
  #ponged = 0
  #complaint = ''
  #timer: unknown = null

  constructor(settings: LiveSettings) {
    this.#settings = settings
    this.#timers = settings.timers ?? platformTimers
    this.#random = settings.random ?? Math.random
    this.#seen = new Map(settings.channels?.map((channel) => [channel, null]))
  }

  get state(): LiveState {
    return this.#state
  }

  open(): void {
    if (this.#state === 'closed') this.#connect()
  }

  /** Tries at once instead of waiting for the pause to end. */
  hurry(): void {
    if (this.#state === 'waiting') this.#connect()
  }

  close(): void {
    this.#end('')
  }

  /**
   * Has what a channel says told to `act`, which is subscribed to where it is not yet. Gives the act that ends this, and
   * with the last of them the subscription.
   */
  on<Channel extends string>(channel: Channel, act: (message: MessageOf<Channel>, frame: Frame) => void): () => void {
    const acts = this.#acts.get(channel) ?? new Set()
    this.#acts.set(channel, acts.add(act))
    this.subscribe(channel)
    return () => {
      if (acts.delete(act) && !acts.size && !this.#settings.channels?.includes(channel)) this.unsubscribe(channel)
    }
  }

  /** Hears a channel from now on, over every connection; harmless when it is heard already. */
  subscribe(channel: string): void {
    if (this.#seen.has(channel)) return
    const isOpen = this.#state === 'open'
    this.#seen.set(channel, isOpen ? '' : null)
    if (isOpen) this.#send({ subscribe: [channel] })
  }

  unsubscribe(channel: string): void {
    if (this.#seen.delete(channel) && this.#state === 'open') this.#send({ unsubscribe: [channel] })
  }

  /**
   * Says something on a channel. Done once the server has taken it; rejected with a `Refusal` when it would not, and with
   * `Unreachable` when there is no connection or it was lost before an answer: nothing is kept to be sent later.
   */
  publish(channel: string, message: unknown): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(new Unreachable('There is no connection to the server.'))
    // Only a refusal is answered. What is refused between the answers to two pings is what was sent between them.
    const from = this.#ping()
    this.#send({ publish: channel, message })
    const to = this.#ping()
    return new Promise((done, failed) => this.#published.push({ from, to, done, failed }))
  }

  #connect(): void {
    this.#drop()
    this.#complaint = ''
    const socket = (this.#settings.connect ?? platformSocket)(this.#settings.url)
    this.#socket = socket
    this.#enter('connecting')
    socket.onopen = () => this.#opened()
    socket.onmessage = (event: { data: unknown }) => this.#heard(event.data)
    socket.onclose = (event?: Closing) => this.#closed(event)
    // A failure is followed by the close; but some sockets throw where nobody listens for it.
    socket.onerror = () => undefined
    this.#timer = this.#timers.after(OPENING_MS, () => this.#lost())
  }

  #opened(): void {
    this.#silent = 0
    this.#enter('open')
    if (this.#settings.token) this.#send({ token: this.#settings.token })
    this.#resume()
    this.#awaitPing()
  }

  #resume(): void {
    const known = [...this.#seen]
    const fresh = known.filter(([, since]) => !since).map(([channel]) => channel)
    if (fresh.length) this.#send({ subscribe: fresh })
    for (const [channel, since] of known) {
      if (since) this.#send({ subscribe: [channel], since })
      else this.#seen.set(channel, '')
      // A channel that never said anything cannot be resumed; something may have passed meanwhile.
      if (since === '') this.#settings.onGap?.(channel)
    }
  }

  #awaitPing(): void {
    this.#rearm(PING_MS, () => {
      if (this.#silent >= MISSES) return this.#lost()
      this.#silent += 1
      this.#ping()
      this.#awaitPing()
    })
  }

  #ping(): number {
    this.#pings += 1
    this.#send({ ping: this.#pings })
    return this.#pings
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #heard(data: unknown): void {
    this.#silent = 0
    const frame = typeof data === 'string' ? (JSON.parse(data) as Partial<Frame> & Notice) : {}
    if (typeof frame.error === 'string') return this.#refused(frame.error, frame.detail ?? '')
    this.#failures = this.#refusals = 0
    if (frame.gap) this.#gap(frame.channel)
    else if (typeof frame.pong === 'number') this.#answered(frame.pong)
    else if (frame.channel !== undefined && frame.seq !== undefined) this.#message(frame as Frame)
  }

  #message(frame: Frame): void {
    const before = this.#seen.get(frame.channel)
    if (before === undefined) return
    this.#seen.set(frame.channel, frame.seq)
    if (before && epoch(before) !== epoch(frame.seq)) this.#settings.onGap?.(frame.channel)
    this.#settings.onMessage?.(frame)
    this.#acts.get(frame.channel)?.forEach((act) => act(frame.message as never, frame))
  }

  #gap(channel: string | undefined): void {
    for (const one of channel === undefined ? [...this.#seen.keys()] : [channel]) {
      if (!this.#seen.has(one)) continue
      this.#seen.set(one, '')
      this.#settings.onGap?.(one)
    }
  }

  #refused(error: string, detail: string): void {
    this.#complaint = detail || error
    const first = this.#published[0]
    if (first && first.from <= this.#ponged) first.failed(new Refusal(error, detail))
    else this.#settings.onRefusal?.(this.#complaint)
  }

  #answered(pong: number): void {
    this.#ponged = pong
    for (let first = this.#published[0]; first && first.to <= pong; first = this.#published[0]) {
      this.#published.shift()
      // One whose own answer was dropped, since we were too slow to hear it, may have been refused.
      if (first.to === pong) first.done()
      else first.failed(new Unreachable(UNANSWERED))
    }
  }

  #closed({ code = 0, reason = '' }: Closing = {}): void {
    const why = reason || this.#complaint
    const isRefused = REFUSED.includes(code)
    if (isRefused) this.#refusals += 1
    if (isRefused && (this.#settings.token || this.#refusals >= TRIES_REFUSED)) this.#end(why)
    else this.#lost(why)
  }

  #lost(why = ''): void {
    this.#drop()
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures)
    const pause = longest * (0.5 + this.#random() / 2)
    this.#failures += 1
    this.#enter('waiting', pause, why)
    this.#rearm(pause, () => this.#connect())
  }

  #end(why: string): void {
    this.#drop()
    this.#failures = this.#refusals = 0
    this.#enter('closed', 0, why)
  }

  #drop(): void {
    this.#timers.cancel(this.#timer)
    const socket = this.#socket
    this.#socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    }
    for (const one of this.#published.splice(0)) one.failed(new Unreachable(UNANSWERED))
  }

  #rearm(ms: number, act: () => void): void {
    this.#timers.cancel(this.#timer)
    this.#timer = this.#timers.after(ms, act)
  }

  #enter(state: LiveState, pauseMs = 0, why = ''): void {
    this.#state = state
    this.#settings.onState?.(state, pauseMs, why)
  }
}

/** What a channel says. */
export type MessageOf<Channel extends string> = Channel extends keyof Messages ? Messages[Channel] : unknown

/** Something published: sent after ping `from` and before ping `to`. */
interface Published {
  from: number
  to: number
  done: () => void
  failed: (failure: Error) => void
}

interface Notice {
  gap?: boolean
  error?: string
  detail?: string
  pong?: unknown
}

interface Closing {
  code?: number
  reason?: string
}

function epoch(seq: string): string {
  return seq.slice(0, Math.max(0, seq.lastIndexOf('.')))
}

const platformTimers: Timers = {
  after: (ms, act) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
}

function platformSocket(url: string): Socket {
  if (!globalThis.WebSocket) throw new Error('There is no WebSocket here: hand one in as `connect`.')
  return new WebSocket(url)
}
