import { dayField, momentOf } from '../batches/moment'

export type Form = 'csv' | 'jsonl' | 'parquet' | 'brewpi'
export type SpanName = 'all' | 'day' | 'week' | 'chosen'

/** A stream that may be taken away, and how many readings it has where that is known. */
export interface Stream {
  id: string
  label: string
  count?: number
}

export interface Wanted {
  /** The id of a batch, instead of streams. */
  batch?: string | undefined
  /** Ids of streams; none stands for all that there are. */
  series: readonly string[]
  /** Milliseconds; null where there is no bound. The end does not belong to it. */
  from: number | null
  to: number | null
  form: Form
  isCorrected: boolean
}

const DAY = 86_400_000
/** Bytes that a reading takes, as it was measured on files of an ordinary brewery. */
const BYTES: Readonly<Record<Form, number>> = { csv: 110, jsonl: 205, parquet: 12, brewpi: 30 }

/** Where the file is. */
export function addressFor({ batch, series, from, to, form, isCorrected }: Wanted): string {
  const query = new URLSearchParams(batch === undefined ? [...new Set(series)].map((id) => ['series', id]) : [['batch', batch]])
  if (from !== null) query.set('from', String(Math.floor(from)))
  if (to !== null) query.set('to', String(Math.ceil(to)))
  query.set('format', form)
  if (!isCorrected) query.set('corrected', 'false')
  return `/api/v1/export?${query.toString()}`
}

/** The bounds of a span; undefined where days were chosen that are none. */
export function boundsOf(name: SpanName, days: { from: string; to: string }, now: number, zone: string): { from: number | null; to: number | null } | undefined {
  if (name === 'all') return { from: null, to: null }
  if (name !== 'chosen') return { from: now - (name === 'day' ? DAY : 7 * DAY), to: null }
  const from = momentOf(days.from, '00:00', zone)
  const last = momentOf(days.to, '12:00', zone)
  if (from === null || last === null) return undefined
  // A day may have 23 or 25 hours.
  const to = momentOf(dayField(last + DAY, zone), '00:00', zone)
  return to === null || to <= from ? undefined : { from, to }
}

/** How many readings that is at most, and what a file of them weighs; null where nobody knows. */
export function weightOf(streams: readonly Stream[], form: Form): { readings: number; megabytes: string } | null {
  if (streams.some((one) => one.count === undefined)) return null
  const readings = streams.reduce((all, one) => all + (one.count ?? 0), 0)
  const megabytes = (readings * BYTES[form]) / 1e6
  return { readings, megabytes: megabytes < 0.1 ? '0.1' : megabytes.toFixed(megabytes < 10 ? 1 : 0) }
}
