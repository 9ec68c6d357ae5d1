import { append, type Column, splice, trim } from './columns'
import { latest } from './latest.svelte'
import { type Asked, columnsJoined, fetchSent, type Joined, type Sent, type Span } from './pieces'
import type { ChartColumns, LiveReading } from './server'
import { stream } from './stream'
import { type Untrue, untrueOf, withoutBad } from './untrue'

/** The widest picture the server draws. */
const FINEST = 10_000

/** Series that are not simply measured. */
export interface Kinds {
  /** Values that stay until they change: setpoints and outputs. */
  held?: readonly string[]
  /** Codes, which have no mean: they are read as finely as the server gives them. */
  codes?: readonly string[]
  /** Lines that several series told of in turn. */
  joined?: Joined
}

/** Where what is drawn comes from. `changed` is told of every new value and must be quick. */
export interface Source {
  column(series: string): Column | undefined
  /** Readings that are not believed, where they are shown. */
  untrue?(series: string): readonly Untrue[]
}

/**
 * The past of some series, coarse over the whole and fine where one looks, and their present as it comes in.
 * Lives outside reactive state; `changed` says that there is something new to draw.
 */
export class Past implements Source {
  readonly #series: readonly string[]
  readonly #codes: ReadonlySet<string>
  readonly #held: ReadonlySet<string>
  readonly #joined: Joined
  readonly #changed: () => void
  #raw: ReadonlySet<string> = new Set()
  #untrue: ReadonlyMap<string, Untrue[]> = new Map()
  readonly #columns = new Map<string, Column>()
  #whole: { span: Span; columns: ReadonlyMap<string, Column> } | null = null
  #reach: { span: Span; msPerBucket: number } | null = null
  #loading: AbortController | null = null
  /** Whether readings that are not believed are read along, wherever one looks closely enough. */
  showsUntrue = false

  constructor(series: readonly string[], changed: () => void, kinds: Kinds = {}) {
    this.#codes = new Set(kinds.codes)
    this.#held = new Set([...(kinds.held ?? []), ...(kinds.codes ?? [])])
    this.#joined = kinds.joined ?? {}
    this.#series = [...new Set(series)].filter((id) => !this.#codes.has(id))
    this.#changed = changed
  }

  column(series: string): Column | undefined {
    return this.#columns.get(series)
  }

  untrue(series: string): readonly Untrue[] {
    return this.#untrue.get(series) ?? []
  }

  /** True when single readings are held where one looks. */
  isRaw(series: string): boolean {
    return this.#raw.has(series)
  }

  /** Adds live readings from here on, forgetting what is older than `keepMs`; gives the act that ends it. */
  follow(keepMs: number, bucketMs: number): () => void {
    return stream.listen((readings) => {
      if (this.#take(readings, keepMs, bucketMs)) this.#changed()
    })
  }

  /** True when `span` is held at this resolution, so that nothing needs to be asked. */
  holds(span: Span, msPerPixel: number): boolean {
    const reach = this.#reach
    return reach !== null && reach.span.from <= span.from && span.to <= reach.span.to && reach.msPerBucket <= msPerPixel * 1.5
  }

  /** Reads the coarse whole, which stays behind whatever is looked at. */
  async loadWhole(span: Span, width: number): Promise<void> {
    const sent = await this.#fetch({ ...span, width })
    this.#whole = { span, columns: columnsOf(sent) }
    const reach = this.#reach
    for (const [id, column] of this.#whole.columns) {
      const fine = reach && this.#columns.get(id)
      this.#columns.set(id, fine ? splice(column, fine, reach.span.from, reach.span.to) : copy(column))
    }
    this.#reach ??= { span, msPerBucket: spacing(sent, span, width) }
    this.#changed()
  }

  /** Reads a stretch finely; what is coarser stays until the answer is here. A newer call ends an older one. */
  async load(span: Span, width: number): Promise<void> {
    this.#loading?.abort()
    const loading = new AbortController()
    this.#loading = loading
    const sent = await this.#fetch({ ...span, width, quality: this.showsUntrue ? 'all' : undefined }, loading.signal)
    if (loading.signal.aborted) return
    this.#raw = new Set([...sent].filter(([, parts]) => parts.every((one) => 'v' in one)).map(([id]) => id))
    this.#untrue = new Map([...sent].map(([id, parts]) => [id, parts.flatMap(untrueOf)]))
    for (const [id, column] of columnsOf(sent)) {
      const whole = this.#whole?.columns.get(id)
      this.#columns.set(id, whole ? splice(whole, column, span.from, span.to) : column)
    }
    this.#reach = { span, msPerBucket: spacing(sent, span, width) }
    sent.forEach((parts) => learn(parts.at(-1)))
    this.#changed()
  }

  /** Ends what is under way. */
  stop(): void {
    this.#loading?.abort()
  }

  /** A series that has nothing in the span is there as well, without parts. */
  async #fetch(asked: Asked, signal?: AbortSignal): Promise<Sent> {
    const calls = [fetchSent(this.#series, this.#joined, asked, signal), fetchSent([...this.#codes], this.#joined, { ...asked, width: FINEST }, signal)]
    return new Map((await Promise.all(calls)).flatMap((sent) => [...sent]))
  }

  #take(readings: readonly LiveReading[], keepMs: number, bucketMs: number): boolean {
    let any = false
    for (const reading of readings) {
      const { series, t, v } = reading
      const column = this.#columns.get(series)
      if (!column || !this.#believes(reading)) continue
      append(column, t, v, bucketMs, this.#held.has(series) ? 'held' : 'measured')
      trim(column, t - keepMs)
      if (this.#reach) this.#reach.span.to = Math.max(this.#reach.span.to, t)
      any = true
    }
    return any
  }

  /** True for what belongs to the line; what is not believed is kept beside it where that is shown. */
  #believes({ series, t, v, quality }: LiveReading): boolean {
    if (t >= (this.#joined[series]?.at(-1)?.to ?? Infinity)) return false
    if (this.showsUntrue && (quality === 'bad' || quality === 'doubtful')) this.#untrue.get(series)?.push({ t, v, quality })
    return quality !== 'bad'
  }
}

/** A series that has nothing in the span still gets a column, for live readings to fill. */
function columnsOf(sent: Sent): Map<string, Column> {
  return new Map([...sent].map(([id, parts]) => [id, columnsJoined(parts.map(withoutBad))]))
}

/** The last of what was read is the newest there is, until something newer is heard. */
function learn(sent: ChartColumns | undefined): void {
  const row = sent && withoutBad(sent)
  const t = row?.t.at(-1)
  const v = row && ('v' in row ? row.v.at(-1) : row.mean.at(-1))
  if (row && t !== undefined && v !== undefined) latest.hear({ series: row.id, t, v })
}

/** How fine an answer is: 0 when all of it is raw. */
function spacing(sent: Sent, span: Span, width: number): number {
  return [...sent.values()].flat().every((one) => 'v' in one) ? 0 : (span.to - span.from) / width
}

function copy(column: Column): Column {
  return { ...column, t: [...column.t], min: [...column.min], mean: [...column.mean], max: [...column.max] }
}
