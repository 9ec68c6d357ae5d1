import { Gathering, hear, type HeardFrame } from './hearing.svelte'
import { fits, heardLine, keptLine, type LogBody, type LogChoice, type LogLevel, type LogLine, together } from './loglines'
import { type Page, server } from './server'

const PART = 200
/** So many are shown while they come; what is older is read again when somebody scrolls up. */
const MOST = 2000
/** So many wait to be shown; with more, the newest are read instead. */
const MOST_WAITING = 500

export const EVERYTHING: LogChoice = { sources: [], level: 'info', q: '' }

/** A source of lines, from which level on it tells, and how many of its lines are kept. */
export interface LogSource {
  source: string
  level: LogLevel
  lines: number
}

export function logSources(): Promise<LogSource[]> {
  return server.collection('/logs/sources')
}

/** From here on a source tells from this level on. */
export async function setLogLevel(source: string, level: LogLevel): Promise<void> {
  await server.call<unknown>('PUT', `/logs/sources/${encodeURIComponent(source)}`, { body: { level } })
}

/** What was said, as far as it was read and as it comes, oldest first. */
export class LogBook {
  lines = $state.raw<readonly LogLine[] | null>(null)
  /** How many newer ones wait while somebody reads further up. */
  waiting = $state(0)
  failure = $state.raw<unknown>(null)
  olderFailure = $state.raw<unknown>(null)
  isReading = $state(false)
  hasOlder = $state(false)
  #isFollowing = true
  #choice: LogChoice = EVERYTHING
  #unseen: readonly LogLine[] = []
  /** What was published while one listens: reading does not bring it back. */
  #published: readonly LogLine[] = []
  readonly #gathering = new Gathering<HeardFrame>((frames) => this.#heard(frames), MOST_WAITING)

  /** Listens from here on; gives the act that ends it. */
  run(): () => void {
    const again = () => void this.load()
    const deaf = hear(['logs'], { onFrame: (frame) => this.#gathering.add(frame), onGap: again, onOpen: again })
    return () => {
      deaf()
      this.#gathering.clear()
    }
  }

  /** Reads what is wanted from here on; other lines are put away. */
  ask(choice: LogChoice): void {
    this.#choice = choice
    this.lines = null
    this.failure = this.olderFailure = null
    this.#forget()
    void this.load()
  }

  /** Reads the newest lines; what is already shown stays. */
  async load(): Promise<void> {
    const choice = this.#choice
    try {
      const { items, next } = await this.#read(PART)
      if (choice !== this.#choice) return
      this.#show(items.map(keptLine).reverse(), next)
      this.failure = null
    } catch (failure) {
      if (choice === this.#choice) this.failure = failure
    }
  }

  /** Reads lines before those that are shown. */
  async older(): Promise<void> {
    const oldest = this.lines?.find(({ id }) => id !== null)?.id
    if (!this.hasOlder || this.isReading || !oldest) return
    const choice = this.#choice
    this.isReading = true
    this.olderFailure = null
    try {
      const { items, next } = await this.#read(PART, oldest)
      if (choice !== this.#choice) return
      this.lines = together(this.lines ?? [], items.map(keptLine).reverse())
      this.hasOlder = next !== null
    } catch (failure) {
      if (choice === this.#choice) this.olderFailure = failure
    } finally {
      this.isReading = false
    }
  }

  /** Shows new lines as they come from here on, or lets them wait. */
  follow(isFollowing: boolean): void {
    if (isFollowing === this.#isFollowing) return
    this.#isFollowing = isFollowing
    if (!isFollowing || !this.waiting) return
    const isWhole = this.waiting <= MOST_WAITING
    const unseen = this.#unseen
    this.#unseen = []
    this.waiting = 0
    if (isWhole) this.#append(unseen)
    else void this.#afresh()
  }

  async #afresh(): Promise<void> {
    this.lines = null
    await this.load()
  }

  async #read(limit: number, before?: string): Promise<Page<LogBody>> {
    const { sources, level, q, isOf } = this.#choice
    // No name would mean every name.
    if (isOf && !sources.length) return { items: [], next: null }
    const query = { source: sources, level, q: q.trim() || undefined, before, limit }
    return server.call('GET', '/logs', { query })
  }

  #show(lines: readonly LogLine[], next: string | null): void {
    const known = this.lines
    // Where the newest part does not reach what is known, lines between the two would be missing.
    const isJoined = known?.length && lines[0] && known.some(({ key }) => key === lines[0]?.key)
    const newer = (known ?? []).filter(({ at }) => at >= (lines.at(-1)?.at ?? 0))
    const published = this.#published.filter((line) => fits(line, this.#choice))
    this.lines = together(isJoined ? known : newer, [...lines, ...published])
    if (!isJoined) this.hasOlder = next !== null
  }

  #heard(frames: readonly HeardFrame[]): void {
    const all = frames.map(heardLine)
    this.#published = [...this.#published, ...all.filter(({ by }) => by !== null)].slice(-PART)
    const lines = all.filter((line) => fits(line, this.#choice))
    if (!lines.length) return
    if (this.#isFollowing) return this.#append(lines)
    this.waiting += lines.length
    if (this.waiting <= MOST_WAITING) this.#unseen = [...this.#unseen, ...lines]
  }

  #append(lines: readonly LogLine[]): void {
    const all = together(this.lines ?? [], lines)
    const isLong = all.length > MOST + PART
    this.lines = isLong ? all.slice(-MOST) : all
    if (isLong) this.hasOlder = true
  }

  #forget(): void {
    this.hasOlder = false
    this.#unseen = []
    this.waiting = 0
  }
}
