import { problemOf, Unreachable } from './problem'
import type {
  Agent,
  Batch,
  BatchEvent,
  ChartColumns,
  Health,
  LatestReading,
  Page,
  Proof,
  Reading,
  Series,
  User,
  Vessel,
  WishSent,
} from './schema'

export interface Settings {
  /** Where the server is; empty for the own origin. */
  base?: string
  /** For programs; a page has its cookie. */
  token?: string
  fetch?: typeof fetch
}

type Query = Record<string, string | number | readonly string[] | undefined>

interface Call {
  query?: Query
  body?: unknown
  signal?: AbortSignal | undefined
}

const PAGE_LIMIT = 1000

/** Bad gateway and gateway timeout: a proxy found nobody behind it. */
const PROXY_ALONE = new Set([502, 504])

/** The calls of one server. Every call throws `Problem` when refused and `Unreachable` when unanswered. */
export class Krausen {
  readonly #base: string
  readonly #token: string | undefined
  readonly #fetch: typeof fetch

  constructor(settings: Settings = {}) {
    this.#base = (settings.base ?? '').replace(/\/$/, '')
    this.#token = settings.token
    this.#fetch = settings.fetch ?? ((input, init) => globalThis.fetch(input, init))
  }

  health(): Promise<Health> {
    return this.#json('GET', '/health')
  }

  /** Who is signed in, or a `Problem` of status 401. */
  async me(): Promise<User> {
    return (await this.#json<{ user: User }>('GET', '/me')).user
  }

  async signIn(proof: Proof): Promise<User> {
    return (await this.#json<{ user: User }>('POST', '/session', { body: proof })).user
  }

  async signOut(): Promise<void> {
    await this.#send('DELETE', '/session')
  }

  vessels(): Promise<Vessel[]> {
    return this.#all('/vessels')
  }

  /** Wishes something for a vessel; gives the vessel as the server now sees it. */
  request(vessel: string, wish: WishSent): Promise<Vessel> {
    return this.#json('PUT', `/vessels/${encodeURIComponent(vessel)}/setpoint`, { body: wish })
  }

  series(filter: { adapter?: string; node?: string; metric?: string } = {}): Promise<Series[]> {
    return this.#all('/series', filter)
  }

  async latest(): Promise<LatestReading[]> {
    return (await this.#json<{ items: LatestReading[] }>('GET', '/series/latest')).items
  }

  /** Columns of at most 50 series between two times (epoch milliseconds), at most `width` buckets each. */
  async chart(
    series: readonly string[],
    range: { from: number; to: number; width: number },
    signal?: AbortSignal,
  ): Promise<ChartColumns[]> {
    const query = { series, from: Math.floor(range.from), to: Math.ceil(range.to), width: Math.round(range.width) }
    return (await this.#json<{ series: ChartColumns[] }>('GET', '/chart', { query, signal })).series
  }

  readings(series: string, range: { from: number; to: number; limit?: number; cursor?: string }): Promise<Page<Reading>> {
    const { from, to, limit, cursor } = range
    return this.#json('GET', '/readings', { query: { series, from, to, limit, cursor } })
  }

  batches(): Promise<Batch[]> {
    return this.#all('/batches')
  }

  batch(id: string): Promise<Batch> {
    return this.#json('GET', `/batches/${encodeURIComponent(id)}`)
  }

  batchEvents(id: string): Promise<BatchEvent[]> {
    return this.#all(`/batches/${encodeURIComponent(id)}/events`)
  }

  agents(): Promise<Agent[]> {
    return this.#all('/agents')
  }

  /** Where the live messages are. */
  liveUrl(origin: string = globalThis.location?.origin ?? ''): string {
    return `${this.#base || origin}/api/v1/live`.replace(/^http/, 'ws')
  }

  async #all<T>(path: string, query: Query = {}): Promise<T[]> {
    const items: T[] = []
    let cursor: string | undefined
    do {
      const page = await this.#json<Page<T>>('GET', path, { query: { ...query, limit: PAGE_LIMIT, cursor } })
      items.push(...page.items)
      cursor = page.next ?? undefined
    } while (cursor)
    return items
  }

  async #json<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const response = await this.#send(method, path, call)
    return (await unbroken(response.json())) as T
  }

  async #send(method: string, path: string, call: Call = {}): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (this.#token) headers['authorization'] = `Bearer ${this.#token}`
    if (call.body !== undefined) headers['content-type'] = 'application/json'
    const init: RequestInit = { method, headers, credentials: 'same-origin' }
    if (call.body !== undefined) init.body = JSON.stringify(call.body)
    if (call.signal) init.signal = call.signal
    const response = await unbroken(this.#fetch(`${this.#base}/api/v1${path}${queryText(call.query)}`, init))
    if (PROXY_ALONE.has(response.status)) throw new Unreachable('Something before the server answered in its place.')
    if (!response.ok) throw await problemOf(response)
    return response
  }
}

/** An answer that does not come, or breaks off, is an unreachable server; what was called off stays called off. */
async function unbroken<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure
    throw new Unreachable('The server did not answer.', { cause: failure })
  }
}

function queryText(query: Query | undefined): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) value.forEach((one: string) => pairs.append(name, one))
    else if (value !== undefined) pairs.append(name, String(value))
  }
  const text = pairs.toString()
  return text ? `?${text}` : ''
}
