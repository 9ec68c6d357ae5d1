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

/** Runs are drawn at least this wide; so must be the pauses between them. */
export const LEAST_PX = 1.3
const CROWD_PX = 3
const BLOCK_PX = 6

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
    const on = shareOf(column, i, share)
    if (on > 0) add(runs, clipped(narrowed({ from: begin, to: endOf(column, i, now), share: on }, column, i, share), from, to))
  }
  return runs
}

/**
 * Runs as they can be drawn where a pixel is `msPerPixel` long. What is shorter than can be seen, or closer together
 * than can be told apart, becomes blocks of a few pixels whose share is what was on of them.
 */
export function drawable(runs: readonly Run[], msPerPixel: number): Run[] {
  const least = LEAST_PX * msPerPixel
  const blocks: Run[] = []
  for (const run of runs) {
    const last = blocks.at(-1)
    const isCrowded = last !== undefined && run.from - last.to < least && Math.min(run.to - run.from, last.to - last.from) < CROWD_PX * msPerPixel
    if (last && isCrowded && run.to - last.from < BLOCK_PX * msPerPixel) join(last, run)
    else blocks.push({ ...run })
  }
  return blocks
}

function join(block: Run, run: Run): void {
  const on = (block.to - block.from) * block.share + (run.to - run.from) * run.share
  block.to = Math.max(block.to, run.to)
  block.share = Math.min(1, on / (block.to - block.from))
}

/** Seconds that were on between two times. */
export function onSeconds(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + ((run.to - run.from) * run.share) / 1000, 0)
}

/**
 * A bucket that was on for a part, beside one that was not, holds the begin or the end of a run: it is drawn as long as
 * it was on, and fully. Between buckets that were on as well, only the share is known.
 */
function narrowed(run: Run, column: Column, i: number, share: Share): Run {
  if (column.bucketMs === 0 || run.share >= 1) return run
  const before = shareOf(column, i - 1, share) > 0
  const after = shareOf(column, i + 1, share) > 0
  if (before && after) return run
  const long = (run.to - run.from) * run.share
  const slack = run.to - run.from - long
  const from = run.from + (before ? 0 : after ? slack : slack / 2)
  return { from, to: from + long, share: 1 }
}

function shareOf(column: Column, i: number, share: Share): number {
  const mean = column.mean[i] ?? NaN
  return Number.isNaN(mean) ? 0 : share(column.min[i] ?? mean, mean, column.max[i] ?? mean)
}

function clipped(run: Run, from: number, to: number): Run {
  return { ...run, from: Math.max(run.from, from), to: Math.min(run.to, to) }
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
