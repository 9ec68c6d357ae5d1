import { append, type Column, columnOf, splice, trim } from './columns'
import { type ChartColumns, type LiveReading, server } from './server'
import { latest } from './latest.svelte'
import { stream } from './stream'

export interface Span {
  from: number
  to: number
}

/** At most so many series in one call. */
const SERIES_A_CALL = 50
/** The widest picture the server draws. */
const FINEST = 10_000

/** Series that are not simply measured. */
export interface Kinds {
  /** Values that stay until they change: setpoints and outputs. */
  held?: readonly string[]
  /** Codes, which have no mean: they are read as finely as the server gives them. */
  codes?: readonly string[]
}

/** Where what is drawn comes from. `changed` is told of every new value and must be quick. */
export interface Source {
  column(series: string): Column | undefined
}

/**
 * The past of some series, coarse over the whole and fine where one looks, and their present as it comes in.
 * Lives outside reactive state; `changed` says that there is something new to draw.
 */
export class Past implements Source {
  readonly #series: readonly string[]
  readonly #codes: ReadonlySet<string>
  readonly #held: ReadonlySet<string>
  readonly #changed: () => void
  readonly #columns = new Map<string, Column>()
  #whole: { span: Span; columns: ReadonlyMap<string, Column> } | null = null
  #reach: { span: Span; msPerBucket: number } | null = null
  #loading: AbortController | null = null

  constructor(series: readonly string[], changed: () => void, kinds: Kinds = {}) {
    this.#codes = new Set(kinds.codes)
    this.#held = new Set([...(kinds.held ?? []), ...(kinds.codes ?? [])])
    this.#series = [...new Set(series)].filter((id) => !this.#codes.has(id))
    this.#changed = changed
  }

  column(series: string): Column | undefined {
    return this.#columns.get(series)
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
    const sent = await this.#fetch(span, width)
    this.#whole = { span, columns: this.#byId(sent) }
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
    const sent = await this.#fetch(span, width, loading.signal)
    if (loading.signal.aborted) return
    for (const [id, column] of this.#byId(sent)) {
      const whole = this.#whole?.columns.get(id)
      this.#columns.set(id, whole ? splice(whole, column, span.from, span.to) : column)
    }
    this.#reach = { span, msPerBucket: spacing(sent, span, width) }
    sent.forEach(learn)
    this.#changed()
  }

  /** Ends what is under way. */
  stop(): void {
    this.#loading?.abort()
  }

  async #fetch(span: Span, width: number, signal?: AbortSignal): Promise<ChartColumns[]> {
    const calls = [fetchColumns(this.#series, span, width, signal), fetchColumns([...this.#codes], span, FINEST, signal)]
    return (await Promise.all(calls)).flat()
  }

  /** A series that has nothing in the span still gets a column, for live readings to fill. */
  #byId(sent: readonly ChartColumns[]): Map<string, Column> {
    const empty = [...this.#series, ...this.#codes].map((id) => [id, columnOf({ id, gap_s: null, t: [], v: [] })] as const)
    return new Map([...empty, ...sent.map((one) => [one.id, columnOf(one)] as const)])
  }

  #take(readings: readonly LiveReading[], keepMs: number, bucketMs: number): boolean {
    let any = false
    for (const { series, t, v, quality } of readings) {
      const column = this.#columns.get(series)
      if (!column || quality === 'bad') continue
      append(column, t, v, bucketMs, this.#held.has(series) ? 'held' : 'measured')
      trim(column, t - keepMs)
      if (this.#reach) this.#reach.span.to = Math.max(this.#reach.span.to, t)
      any = true
    }
    return any
  }
}

/** Columns of any number of series. */
export async function fetchColumns(
  series: readonly string[],
  span: Span,
  width: number,
  signal?: AbortSignal,
): Promise<ChartColumns[]> {
  const calls: Promise<ChartColumns[]>[] = []
  for (let i = 0; i < series.length; i += SERIES_A_CALL) {
    calls.push(server.chart(series.slice(i, i + SERIES_A_CALL), { ...span, width }, signal))
  }
  return (await Promise.all(calls)).flat()
}

/** The last of what was read is the newest there is, until something newer is heard. */
function learn(sent: ChartColumns): void {
  const t = sent.t.at(-1)
  const v = 'v' in sent ? sent.v.at(-1) : sent.mean.at(-1)
  if (t !== undefined && v !== undefined) latest.hear({ series: sent.id, t, v })
}

/** How fine an answer is: 0 when all of it is raw. */
function spacing(sent: readonly ChartColumns[], span: Span, width: number): number {
  return sent.every((one) => 'v' in one) ? 0 : (span.to - span.from) / width
}

function copy(column: Column): Column {
  return { ...column, t: [...column.t], min: [...column.min], mean: [...column.mean], max: [...column.max] }
}
