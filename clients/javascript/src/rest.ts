import type { Calls, CollectionPath, ItemOf, Told, Verb } from './calls.js'
import { Live, type LiveSettings } from './live.js'
import { problemOf, Unreachable } from './problem.js'
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
  Series,
  Silence,
  User,
  Vessel,
  VesselPlan,
  WishSent,
} from './schema.js'

export interface Settings {
  /** Where the server is; empty for the own origin. */
  base?: string
  /** For programs; a page has its cookie. */
  token?: string
  fetch?: typeof fetch
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Query = Record<string, string | number | boolean | readonly string[] | undefined>

interface Call {
  /** What stands in the path in place of `{name}`. */
  path?: Readonly<Record<string, string>>
  query?: Query
  /** A file is sent as it is, anything else as JSON. */
  body?: unknown
  /** The revision that the sender saw: a newer one is answered 409 instead of overwritten. */
  seen?: number | undefined
  signal?: AbortSignal | undefined
}

const PAGE_LIMIT = 1000
const IS_JSON = /\/json(;|$)/

/** Bad gateway and gateway timeout: a proxy found nobody behind it. */
const PROXY_ALONE = new Set([502, 504])

/**
 * The calls of one server. Every call throws `Problem` when refused and `Unreachable` when unanswered.
 *
 * `get`, `post`, `put`, `patch`, `delete` and `all` know every call that the server describes, by its path as it is
 * written there. They give what it answers, and a `Response` where that is not JSON. The named calls below are the same
 * ones in fewer words, and know the words of the answers more closely.
 */
export class Krausen {
  readonly #base: string
  readonly #token: string | undefined
  readonly #fetch: typeof fetch

  readonly get: Verb<'get'> = this.#verb('GET')
  readonly post: Verb<'post'> = this.#verb('POST')
  readonly put: Verb<'put'> = this.#verb('PUT')
  readonly patch: Verb<'patch'> = this.#verb('PATCH')
  readonly delete: Verb<'delete'> = this.#verb('DELETE')

  constructor(settings: Settings = {}) {
    this.#base = (settings.base ?? '').replace(/\/$/, '')
    this.#token = settings.token
    this.#fetch = settings.fetch ?? ((input, init) => globalThis.fetch(input, init))
  }

  /** All things of a collection, however many parts it comes in. */
  all<Path extends CollectionPath>(path: Path, ...[wanted]: Told<Calls[Path]['get']>): Promise<ItemOf<Calls[Path]['get']>[]> {
    return this.#all(path, wanted)
  }

  /** Where the live messages are, with the token of these calls. It connects when it is opened. */
  live(settings: Omit<LiveSettings, 'url' | 'token'> = {}): Live {
    return new Live({ ...settings, url: this.liveUrl(), ...(this.#token ? { token: this.#token } : {}) })
  }

  health(): Promise<Health> {
    return this.call('GET', '/health')
  }

  /** Who is signed in, or a `Problem` of status 401. */
  async me(): Promise<User> {
    return (await this.call<{ user: User }>('GET', '/me')).user
  }

  async signIn(proof: Proof): Promise<User> {
    return (await this.call<{ user: User }>('POST', '/session', { body: proof })).user
  }

  async signOut(): Promise<void> {
    await this.call('DELETE', '/session')
  }

  vessels(): Promise<Vessel[]> {
    return this.#all('/vessels')
  }

  /** Wishes something for a vessel; gives the vessel as the server now sees it. */
  request(vessel: string, wish: WishSent): Promise<Vessel> {
    return this.call('PUT', `/vessels/${encodeURIComponent(vessel)}/setpoint`, { body: wish })
  }

  series(filter: { adapter?: string; node?: string; metric?: string } = {}): Promise<Series[]> {
    return this.#all('/series', { query: filter })
  }

  async latest(): Promise<LatestReading[]> {
    return (await this.call<{ items: LatestReading[] }>('GET', '/series/latest')).items
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
    return (await this.call<{ series: ChartColumns[] }>('GET', '/chart', { query, signal })).series
  }

  /** What kept a series silent between two times (epoch milliseconds) in which it had no readings. */
  silence(series: string, { from, to }: { from: number; to: number }, signal?: AbortSignal): Promise<Silence> {
    return this.call('GET', `/series/${encodeURIComponent(series)}/silence`, { query: { from: Math.floor(from), to: Math.ceil(to) }, signal })
  }

  batches(): Promise<Batch[]> {
    return this.#all('/batches')
  }

  batch(id: string): Promise<Batch> {
    return this.call('GET', `/batches/${encodeURIComponent(id)}`)
  }

  batchEvents(id: string): Promise<BatchEvent[]> {
    return this.#all(`/batches/${encodeURIComponent(id)}/events`)
  }

  agents(): Promise<Agent[]> {
    return this.#all('/agents')
  }

  /** The answer has the agent's token, which is never told again. */
  addAgent(agent: string, reason = ''): Promise<NewAgent> {
    return this.call('POST', '/agents', { body: { agent, ...why(reason) } })
  }

  async removeAgent(agent: string, reason = ''): Promise<void> {
    await this.call('DELETE', `/agents/${encodeURIComponent(agent)}`, { query: why(reason) })
  }

  devices(): Promise<Device[]> {
    return this.#all('/devices')
  }

  /** Without a title a device is called by its name. */
  titleDevice(device: string, title: string | null, seen?: number): Promise<Device> {
    return this.call('PATCH', `/devices/${encodeURIComponent(device)}`, { body: { title }, seen })
  }

  processes(): Promise<Processes> {
    return this.call('GET', '/processes')
  }

  algorithms(): Promise<Algorithm[]> {
    return this.#all('/algorithms')
  }

  chambers(): Promise<Chamber[]> {
    return this.#all('/chambers')
  }

  addChamber(chamber: Pick<Chamber, 'name' | 'agent'>): Promise<Chamber> {
    return this.call('POST', '/chambers', { body: chamber })
  }

  /** Adds a vessel, which is off. */
  addVessel(plan: Partial<VesselPlan>): Promise<Vessel> {
    return this.call('POST', '/vessels', { body: plan })
  }

  changeVessel(vessel: string, change: Partial<VesselPlan>, seen?: number): Promise<Vessel> {
    return this.call('PATCH', `/vessels/${encodeURIComponent(vessel)}`, { body: change, seen })
  }

  /** Removes a vessel that is off; its past stays. */
  async removeVessel(vessel: string, reason = '', seen?: number): Promise<void> {
    await this.call('DELETE', `/vessels/${encodeURIComponent(vessel)}`, { query: why(reason), seen })
  }

  /** Any other call, by its address below /api/v1: what it answers. */
  async call<T = void>(method: Method, path: string, call: Call = {}): Promise<T> {
    const response = await this.#send(method, path, call)
    if (response.status === 204) return undefined as T
    return (IS_JSON.test(response.headers.get('content-type') ?? '') ? await unbroken(response.json()) : response) as T
  }

  /** All parts of any other collection. */
  collection<T>(path: string, query: Query = {}): Promise<T[]> {
    return this.#all(path, { query })
  }

  /** Where the live messages are. */
  liveUrl(origin: string = globalThis.location?.origin ?? ''): string {
    return `${this.#base || origin}/api/v1/live`.replace(/^http/, 'ws')
  }

  #verb<Typed>(method: Method): Typed {
    return ((path: string, call?: Call) => this.call(method, path, call)) as Typed
  }

  async #all<T>(path: string, call: Call = {}): Promise<T[]> {
    const items: T[] = []
    let cursor: string | undefined
    do {
      const page = await this.call<Page<T>>('GET', path, { ...call, query: { ...call.query, limit: PAGE_LIMIT, cursor } })
      items.push(...page.items)
      cursor = page.next ?? undefined
    } while (cursor)
    return items
  }

  async #send(method: Method, path: string, call: Call = {}): Promise<Response> {
    const init: RequestInit = { method, headers: this.#headers(call), credentials: 'same-origin' }
    if (call.body !== undefined) init.body = call.body instanceof Blob ? call.body : JSON.stringify(call.body)
    if (call.signal) init.signal = call.signal
    const response = await unbroken(this.#fetch(`${this.#base}/api/v1${filled(path, call.path)}${queryText(call.query)}`, init))
    if (PROXY_ALONE.has(response.status)) throw new Unreachable('Something before the server answered in its place.')
    if (!response.ok) throw await problemOf(response)
    return response
  }

  #headers({ body, seen }: Call): Record<string, string> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (this.#token) headers['authorization'] = `Bearer ${this.#token}`
    if (body !== undefined) headers['content-type'] = body instanceof Blob ? 'application/octet-stream' : 'application/json'
    if (seen !== undefined) headers['if-match'] = `"${seen}"`
    return headers
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

/** A path with names in the places of those in braces. */
function filled(path: string, names: Readonly<Record<string, string>> = {}): string {
  return path.replace(/{(\w+)}/g, (_, name: string) => {
    if (names[name] === undefined) throw new TypeError(`${path} wants path: { ${name} }.`)
    return encodeURIComponent(names[name])
  })
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
