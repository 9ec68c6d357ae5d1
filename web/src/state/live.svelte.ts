import { Live, type LiveState } from '@krausen/client'
import { instant } from '../units/time'
import { alarms } from './alarms.svelte'
import { announcer } from './announcer.svelte'
import { agentNews, changes, controllerNews, targetNews } from './changes'
import { latest } from './latest.svelte'
import { roster } from './roster.svelte'
import { type AgentNews, type AlarmNews, type ChangeMessage, type DataMessage, type Frame, server } from './server'
import { session } from './session.svelte'
import { site } from './site.svelte'
import { stream } from './stream'

const CHANNELS = ['data', 'changes', 'agents', 'alarms']
const STREAMING_MS = 5000
const SILENT_MS = 3000
/** A server that turned the page away is asked again, for its mind may change. */
const TURNED_AWAY_MS = 30_000

export type LinkState = 'starting' | 'live' | 'behind' | 'lost'

/** The connection to the server: whether what is shown is the present, and since when not. */
class Link {
  #phase = $state<LiveState>('closed')
  #everOpen = $state(false)
  /** The server's time when the connection was lost. */
  lostAt = $state<number | null>(null)
  /** Seconds until the next try, at the moment the pause began. */
  retryAt = $state<number | null>(null)
  /** Counts the times at which everything must be read anew. */
  gaps = $state(0)
  #silentS = $state(0)
  #lastHeard = 0
  #isStreaming = false
  #live: Live | null = null
  #wake: (() => void) | null = null
  #again: ReturnType<typeof setTimeout> | undefined
  /** Why the server does not let the page listen, in its words; null while that is not so. */
  turnedAway = $state<string | null>(null)

  get state(): LinkState {
    if (this.#phase === 'open') return this.#silentS > 0 ? 'behind' : 'live'
    return this.#everOpen || this.lostAt !== null ? 'lost' : 'starting'
  }

  /** How many seconds the newest values are behind, 0 when they are not. */
  get behindS(): number {
    return this.#silentS
  }

  get isUp(): boolean {
    return this.#phase === 'open'
  }

  /** Connects; gives the act that ends it. */
  run(): () => void {
    const live = new Live({
      url: server.liveUrl(),
      channels: CHANNELS,
      onMessage: (frame) => this.#heard(frame),
      onState: (state, pauseMs, why) => this.#entered(state, pauseMs, why),
      onGap: (channel) => this.#missed(channel),
    })
    this.#live = live
    const hurry = () => this.hurry()
    addEventListener('online', hurry)
    document.addEventListener('visibilitychange', hurry)
    const watching = setInterval(() => this.#watch(), 1000)
    live.open()
    return () => {
      removeEventListener('online', hurry)
      document.removeEventListener('visibilitychange', hurry)
      clearInterval(watching)
      clearTimeout(this.#again)
      this.#live = null
      live.close()
      this.lostAt = null
      this.#everOpen = false
    }
  }

  /** Tries to connect at once. */
  hurry(): void {
    clearTimeout(this.#again)
    // It gives up where it is turned away; the page does not.
    if (this.#live?.state === 'closed') this.#live.open()
    else this.#live?.hurry()
    this.#wake?.()
  }

  /** The server is away before anything was connected, or says `why` not: waits until somebody is in a hurry, at most. */
  async pause(ms: number, why: string | null = null): Promise<void> {
    this.lostAt ??= site.clock.now()
    this.turnedAway = why
    this.retryAt = performance.now() + ms
    await new Promise<void>((resume) => {
      this.#wake = resume
      setTimeout(resume, ms)
    })
    this.#wake = null
  }

  #entered(state: LiveState, pauseMs: number, why: string): void {
    const wasOpen = this.#phase === 'open'
    this.#phase = state
    if (state === 'open') this.#cameBack()
    if (state === 'open' || state === 'connecting' || this.#live === null) return
    if (wasOpen || this.lostAt === null) this.lostAt = site.clock.now()
    const isAway = state === 'closed'
    this.turnedAway = isAway ? why : null
    const pause = isAway ? TURNED_AWAY_MS : pauseMs
    this.retryAt = performance.now() + pause
    if (isAway) this.#again = setTimeout(() => this.hurry(), pause)
    // Perhaps the server is there and only the sign-in has ended; when it is away, the next try finds out.
    session.check().catch(() => undefined)
  }

  #cameBack(): void {
    this.lostAt = null
    this.retryAt = null
    this.turnedAway = null
    this.#isStreaming = false
    this.#silentS = 0
    // What is read before one listens may be old by then.
    void roster.load()
    void alarms.load()
    if (roster.agents.size) roster.ask().catch(() => undefined)
    if (this.#everOpen) site.ask().catch(() => undefined)
    this.#everOpen = true
  }

  #missed(channel: string): void {
    this.gaps += 1
    if (channel === 'alarms') void alarms.load()
  }

  #heard(frame: Frame): void {
    const time = instant(frame.time)
    if (time !== null) site.clock.hear(time)
    // What somebody published is no reading, no vessel and no alarm; who looks for it hears it by themselves.
    if ('published' in frame) return
    if (frame.channel === 'data') this.#data(frame.message as DataMessage)
    if (frame.channel === 'changes') this.#change(frame.message as ChangeMessage)
    if (frame.channel === 'alarms') alarms.hear(frame.message as AlarmNews)
    if (frame.channel === 'agents') this.#agent(frame.message as AgentNews)
  }

  #data(message: DataMessage): void {
    const now = performance.now()
    this.#isStreaming = now - this.#lastHeard < STREAMING_MS
    this.#lastHeard = now
    this.#silentS = 0
    if ('vessel' in message) roster.apply(message.vessel)
    if ('controller' in message) controllerNews.pass(message.controller)
    if ('target' in message) targetNews.pass(message.target)
    if (!('readings' in message)) return
    message.readings.forEach((reading) => latest.hear(reading))
    stream.pass(message.readings)
  }

  #change(message: ChangeMessage): void {
    if (message.what === 'vessel' && message.action === 'deleted') roster.forget(message.id)
    else if (message.what === 'vessel' || message.what === 'batch') void roster.load()
    changes.pass(message)
  }

  #agent(news: AgentNews): void {
    const { agent, state } = news
    if (roster.agents.get(agent) !== state) announcer.agent(agent, state)
    roster.agents.set(agent, state)
    agentNews.pass(news)
  }

  #watch(): void {
    const silent = performance.now() - this.#lastHeard
    const isLate = this.#phase === 'open' && this.#isStreaming && silent > SILENT_MS
    this.#silentS = isLate ? Math.round(silent / 1000) : 0
  }
}

export const link = new Link()
