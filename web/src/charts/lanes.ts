import { type Column, lowerBound } from '../state/columns'

/** A stretch of a lane: from, to, and which share of that time it was on, 0 to 1. */
export interface Run {
  from: number
  to: number
  share: number
}

const HEATING = new Set([3, 9])
const COOLING = new Set([4, 8])
const MIXED_SHARE = 0.5

/** How a row counts: raw rows fully, buckets by what is known of them. */
export type Share = (min: number, mean: number, max: number) => number

/** The level of an output, or its share of power: the mean is the share. */
export const levelShare: Share = (_min, mean) => Math.min(1, Math.max(0, mean))

/** Codes of the `state` series: a bucket that began or ended a run was on for some part, taken as half. */
export function codeShare(kind: 'heat' | 'cool'): Share {
  const codes = kind === 'heat' ? HEATING : COOLING
  return (min, _mean, max) => {
    if (min === max) return codes.has(max) ? 1 : 0
    return codes.has(min) || codes.has(max) ? MIXED_SHARE : 0
  }
}

/** Runs between two times, neighbours of the same share joined. The last row holds until `now`, unless it is silent. */
export function runsOf(column: Column, share: Share, from: number, to: number, now: number | null): Run[] {
  const runs: Run[] = []
  for (let i = Math.max(0, lowerBound(column.t, from) - 1); i < column.t.length; i += 1) {
    const begin = column.t[i] ?? 0
    if (begin > to) break
    const mean = column.mean[i] ?? NaN
    if (Number.isNaN(mean)) continue
    const on = share(column.min[i] ?? mean, mean, column.max[i] ?? mean)
    if (on > 0) add(runs, { from: Math.max(begin, from), to: Math.min(endOf(column, i, now), to), share: on })
  }
  return runs
}

/** Seconds that were on between two times. */
export function onSeconds(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + ((run.to - run.from) * run.share) / 1000, 0)
}

function add(runs: Run[], run: Run): void {
  const last = runs.at(-1)
  if (last && last.to === run.from && last.share === run.share) last.to = run.to
  else if (run.to > run.from) runs.push(run)
}

/** A row holds until the next one; at a gap until its bucket ends; at the very end until now. */
function endOf(column: Column, i: number, now: number | null): number {
  const begin = column.t[i] ?? 0
  const next = column.t[i + 1]
  if (next === undefined) return now !== null && now - begin <= column.gapMs ? now : begin + column.bucketMs
  return Number.isNaN(column.mean[i + 1] ?? 0) ? begin + column.bucketMs : next
}
