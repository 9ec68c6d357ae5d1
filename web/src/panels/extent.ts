import type { Mark } from '../charts/marks'
import type { Line } from '../charts/series'
import { type Batch, type BatchEvent, type Series, server } from '../state/server'
import { instant } from '../units/time'
import type { Extent } from './look'

/** How a batch went from state to state cannot be struck out. */
const LASTING = new Set(['started', 'paused', 'resumed', 'finished'])

const LEAST_MS = 24 * 3_600_000

/** From the first reading of any of these lines until now, with the start of the batch if there is one. */
export async function extentOf(lines: readonly Line[], batch: Batch | undefined, now: number): Promise<Extent> {
  const begun = instant(batch?.started_at)
  const wanted = new Set(lines.map((line) => line.series))
  const series = await server.series()
  return { ...spanOf(series.filter((one) => wanted.has(one.id)), now), isLive: true, ...(begun === null ? {} : { batchFrom: begun }) }
}

/** First and last reading of some series; the last day when there are none. */
export function spanOf(series: readonly Series[], now: number): { from: number; to: number } {
  const firsts = series.map((one) => instant(one.first)).filter((t) => t !== null)
  return { from: Math.min(now - LEAST_MS, ...firsts), to: now }
}

/** A batch from its start to its end, or to now while it runs. */
export function batchExtent(batch: Batch, now: number): Extent {
  const from = instant(batch.started_at) ?? now - LEAST_MS
  const to = instant(batch.finished_at)
  return to === null ? { from, to: now, isLive: true } : { from, to: Math.max(to, from + 60_000), isLive: false }
}

/** What was written down, as marks of a chart. */
export function marksOf(events: readonly BatchEvent[]): Mark[] {
  return events.flatMap(({ at, kind, text, id }) => {
    const t = instant(at)
    return t === null ? [] : [{ at: t, kind, text, ...(LASTING.has(kind) ? {} : { id }) }]
  })
}
