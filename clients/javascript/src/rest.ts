import { problemOf, Unreachable } from './problem'
import type {
  Agent,
  Algorithm,
  Batch,
  BatchEvent,
  Chamber,
  ChartColumns,
  Device,
  Health,
  LatestReading,
  NewAgent,
  Page,
  Processes,
  Proof,
  Reading,
  Series,
  Silence,
  User,
  Vessel,
  VesselPlan,
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
  /** The revision that the sender saw: a newer one is answered 409 instead of overwritten. */
  seen?: number | undefined
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

  /**
   * Columns of at most 50 series between two times (epoch milliseconds), at most `width` buckets each. Bad readings are
   * among the points where `quality` asks for them.
   */
  async chart(
    series: readonly string[],
    range: { from: number; to: number; width: number; quality?: 'all' | undefined },
    signal?: AbortSignal,
  ): Promise<ChartColumns[]> {
    const query = { series, from: Math.floor(range.from), to: Math.ceil(range.to), width: Math.round(range.width), quality: range.quality }
    return (await this.#json<{ series: ChartColumns[] }>('GET', '/chart', { query, signal })).series
  }

  /** What kept a series silent between two times (epoch milliseconds) in which it had no readings. */
  silence(series: string, { from, to }: { from: number; to: number }, signal?: AbortSignal): Promise<Silence> {
    return this.#json('GET', `/series/${encodeURIComponent(series)}/silence`, { query: { from: Math.floor(from), to: Math.ceil(to) }, signal })
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

  /** The answer has the agent's token, which is never told again. */
  addAgent(agent: string, reason = ''): Promise<NewAgent> {
    return this.#json('POST', '/agents', { body: { agent, ...why(reason) } })
  }

  async removeAgent(agent: string, reason = ''): Promise<void> {
    await this.#send('DELETE', `/agents/${encodeURIComponent(agent)}`, { query: why(reason) })
  }

  devices(): Promise<Device[]> {
    return this.#all('/devices')
  }

  /** Without a title a device is called by its name. */
  titleDevice(device: string, title: string | null, seen?: number): Promise<Device> {
    return this.#json('PATCH', `/devices/${encodeURIComponent(device)}`, { body: { title }, seen })
  }

  processes(): Promise<Processes> {
    return this.#json('GET', '/processes')
  }

  algorithms(): Promise<Algorithm[]> {
    return this.#all('/algorithms')
  }

  chambers(): Promise<Chamber[]> {
    return this.#all('/chambers')
  }

  addChamber(chamber: Pick<Chamber, 'name' | 'agent'>): Promise<Chamber> {
    return this.#json('POST', '/chambers', { body: chamber })
  }

  /** Adds a vessel, which is off. */
  addVessel(plan: Partial<VesselPlan>): Promise<Vessel> {
    return this.#json('POST', '/vessels', { body: plan })
  }

  changeVessel(vessel: string, change: Partial<VesselPlan>, seen?: number): Promise<Vessel> {
    return this.#json('PATCH', `/vessels/${encodeURIComponent(vessel)}`, { body: change, seen })
  }

  /** Removes a vessel that is off; its past stays. */
  async removeVessel(vessel: string, reason = '', seen?: number): Promise<void> {
    await this.#send('DELETE', `/vessels/${encodeURIComponent(vessel)}`, { query: why(reason), seen })
  }

  /** Any other call, by its address below /api/v1: what it answers. */
  async call<T = void>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, call: Call = {}): Promise<T> {
    const response = await this.#send(method, path, call)
    return (response.status === 204 ? undefined : await unbroken(response.json())) as T
  }

  /** All parts of any other collection. */
  collection<T>(path: string, query: Query = {}): Promise<T[]> {
    return this.#all(path, query)
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
    if (call.seen !== undefined) headers['if-match'] = `"${call.seen}"`
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

/** A reason is told only where there is one. */
function why(reason: string): { reason?: string } {
  return reason ? { reason } : {}
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
