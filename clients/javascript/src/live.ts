import type { Frame } from './schema'

export type LiveState = 'connecting' | 'open' | 'waiting' | 'closed'

/** What is used of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: (() => void) | null
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
  channels: readonly string[]
  onMessage: (frame: Frame) => void
  /** With `waiting` comes the pause until the next try, milliseconds. */
  onState?: (state: LiveState, pauseMs: number) => void
  /** What was missed on this channel is no longer held: read it again by the calls. */
  onGap?: (channel: string) => void
  /** The server refused a frame of ours. */
  onRefusal?: (detail: string) => void
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

/** A connection to the live channels that comes back by itself and resumes where it stopped. */
export class Live {
  readonly #settings: LiveSettings
  readonly #timers: Timers
  readonly #random: () => number
  readonly #seen = new Map<string, string>()
  #socket: Socket | null = null
  #state: LiveState = 'closed'
  #everOpen = false
  #failures = 0
  #silent = 0
  #pings = 0
  #timer: unknown = null

  constructor(settings: LiveSettings) {
    this.#settings = settings
    this.#timers = settings.timers ?? browserTimers
    this.#random = settings.random ?? Math.random
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
    this.#drop()
    this.#enter('closed')
  }

  #connect(): void {
    this.#drop()
    this.#enter('connecting')
    const socket = (this.#settings.connect ?? browserSocket)(this.#settings.url)
    this.#socket = socket
    socket.onopen = () => this.#opened(socket)
    socket.onmessage = (event) => this.#heard(event.data)
    socket.onclose = () => this.#lost()
    this.#timer = this.#timers.after(OPENING_MS, () => this.#lost())
  }

  #opened(socket: Socket): void {
    this.#silent = 0
    this.#enter('open')
    this.#subscribe(socket)
    this.#everOpen = true
    this.#awaitPing()
  }

  #subscribe(socket: Socket): void {
    const fresh = this.#settings.channels.filter((channel) => !this.#seen.has(channel))
    if (fresh.length) socket.send(JSON.stringify({ subscribe: fresh }))
    for (const [channel, since] of this.#seen) socket.send(JSON.stringify({ subscribe: [channel], since }))
    // A channel that never said anything cannot be resumed; something may have passed meanwhile.
    if (this.#everOpen) fresh.forEach((channel) => this.#settings.onGap?.(channel))
  }

  #awaitPing(): void {
    this.#rearm(PING_MS, () => {
      if (this.#silent >= MISSES) return this.#lost()
      this.#silent += 1
      this.#pings += 1
      this.#socket?.send(JSON.stringify({ ping: this.#pings }))
      this.#awaitPing()
    })
  }

  #heard(data: unknown): void {
    this.#silent = 0
    this.#failures = 0
    const frame = typeof data === 'string' ? (JSON.parse(data) as Partial<Frame> & Notice) : {}
    if (frame.gap) this.#gap(frame.channel)
    else if (typeof frame.error === 'string') this.#settings.onRefusal?.(frame.detail ?? frame.error)
    else if (frame.channel !== undefined && frame.seq !== undefined) this.#message(frame as Frame)
  }

  #message(frame: Frame): void {
    const before = this.#seen.get(frame.channel)
    this.#seen.set(frame.channel, frame.seq)
    if (before !== undefined && epoch(before) !== epoch(frame.seq)) this.#settings.onGap?.(frame.channel)
    this.#settings.onMessage(frame)
  }

  #gap(channel: string | undefined): void {
    const lost = channel === undefined ? [...this.#settings.channels] : [channel]
    for (const one of lost) {
      this.#seen.delete(one)
      this.#settings.onGap?.(one)
    }
  }

  #lost(): void {
    this.#drop()
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures)
    const pause = longest * (0.5 + this.#random() / 2)
    this.#failures += 1
    this.#enter('waiting', pause)
    this.#rearm(pause, () => this.#connect())
  }

  #drop(): void {
    this.#timers.cancel(this.#timer)
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #rearm(ms: number, act: () => void): void {
    this.#timers.cancel(this.#timer)
    this.#timer = this.#timers.after(ms, act)
  }

  #enter(state: LiveState, pauseMs = 0): void {
    this.#state = state
    this.#settings.onState?.(state, pauseMs)
  }
}

interface Notice {
  gap?: boolean
  error?: string
  detail?: string
}

function epoch(seq: string): string {
  return seq.slice(0, Math.max(0, seq.lastIndexOf('.')))
}

const browserTimers: Timers = {
  after: (ms, act) => setTimeout(act, ms),
  cancel: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
}

function browserSocket(url: string): Socket {
  return new WebSocket(url) as unknown as Socket
}
