import { SvelteMap } from 'svelte/reactivity'
import { type Column, columnOf } from './columns'
import { fetchColumns, type Span } from './pieces'
import type { CodeSince } from './situation'
import { stream } from './stream'

const LOOK_BACK_MS = 6 * 3_600_000
const FINE = 1500

/** Since when each vessel does what it does, by the series of its state codes. */
class DoingSince {
  readonly #codes = new SvelteMap<string, CodeSince>()
  #tracked: readonly string[] = []

  /** Reads the near past of these series, unless that was done, and follows them from here on. */
  async track(series: readonly string[], now: number): Promise<void> {
    const fresh = series.filter((id) => !this.#tracked.includes(id))
    if (!fresh.length || now === 0) return
    this.#tracked = [...this.#tracked, ...fresh]
    const span: Span = { from: now - LOOK_BACK_MS, to: now }
    for (const sent of await fetchColumns(fresh, { ...span, width: FINE })) this.#learn(sent.id, columnOf(sent))
  }

  /** Listens to live readings; gives the act that ends it. */
  run(): () => void {
    return stream.listen((readings) => {
      for (const { series, t, v } of readings) {
        const before = this.#codes.get(series)
        if (!this.#tracked.includes(series) || before?.code === v) continue
        this.#codes.set(series, { code: v, since: before ? t : null })
      }
    })
  }

  /** Reads everything anew at the next `track`. */
  forget(): void {
    this.#tracked = []
  }

  of(series: string | null): CodeSince | undefined {
    return series === null ? undefined : this.#codes.get(series)
  }

  #learn(series: string, column: Column): void {
    const found = lastRun(column)
    if (found) this.#codes.set(series, found)
  }
}

/** The last code of a column and the time of its first row in a row; unknown when the run fills the column. */
export function lastRun(column: Column): CodeSince | null {
  const last = column.mean.length - 1
  const code = column.max[last]
  if (code === undefined || Number.isNaN(code)) return null
  let first = last
  while (first > 0 && column.min[first - 1] === code && column.max[first - 1] === code) first -= 1
  return { code, since: first === 0 ? null : (column.t[first] ?? null) }
}

export const doing = new DoingSince()
