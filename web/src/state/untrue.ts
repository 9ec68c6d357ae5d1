import type { ChartColumns } from './server'

/** A reading that is not believed. Bad ones are no part of any line; doubtful ones are. */
export interface Untrue {
  t: number
  v: number
  quality: 'doubtful' | 'bad'
}

/** Readings that are not believed, of what was sent. */
export function untrueOf(sent: ChartColumns): Untrue[] {
  if (!('v' in sent) || !sent.quality) return []
  const { v, t, quality } = sent
  return quality.flatMap((one, row) => (one === 'good' ? [] : [{ t: t[row] ?? 0, v: v[row] ?? 0, quality: one }]))
}

/** What was sent, without bad readings. */
export function withoutBad(sent: ChartColumns): ChartColumns {
  if (!('v' in sent) || !sent.quality) return sent
  const { id, gap_s, quality } = sent
  const kept = <Value>(values: readonly Value[]) => values.filter((_, row) => quality[row] !== 'bad')
  return { id, gap_s, t: kept(sent.t), v: kept(sent.v) }
}
