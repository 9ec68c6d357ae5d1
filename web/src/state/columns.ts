import type { ChartColumns } from './server'

/**
 * One series as columns of equal length. A row is a reading, or a bucket that begins at `t`; raw readings have the
 * same least, mean and greatest value. A row of NaN breaks the line: nothing was measured from there to the next row.
 */
export interface Column {
  t: number[]
  min: number[]
  mean: number[]
  max: number[]
  /** A pause longer than this is a gap; infinite when none is. Milliseconds. */
  gapMs: number
  /** Width of the buckets, 0 while the rows are raw readings. */
  bucketMs: number
  /** How many readings are in the last bucket, as far as known. */
  count: number
}

const GAP_IN_BUCKETS = 1.5

/** Takes over what the server sent, with its gaps made visible. */
export function columnOf(sent: ChartColumns): Column {
  const raw = 'v' in sent
  const bucketMs = raw ? 0 : narrowest(sent.t)
  const declared = sent.gap_s === null ? Infinity : sent.gap_s * 1000
  const column: Column = {
    t: [],
    min: [],
    mean: [],
    max: [],
    gapMs: Math.max(declared, bucketMs * GAP_IN_BUCKETS),
    bucketMs,
    count: 1,
  }
  for (let i = 0; i < sent.t.length; i += 1) {
    const [min, mean, max] = raw ? [sent.v[i], sent.v[i], sent.v[i]] : [sent.min[i], sent.mean[i], sent.max[i]]
    if (min !== undefined && mean !== undefined && max !== undefined) put(column, sent.t[i] ?? 0, min, mean, max)
  }
  return column
}

/**
 * Adds a reading. It joins the last bucket while less than `bucketMs` old, so that a day of readings stays small. Values
 * that are held until they change, as of a switch, have no mean between them: another value begins a row of its own.
 */
export function append(column: Column, t: number, v: number, bucketMs: number, kind: 'measured' | 'held'): void {
  const last = column.t.length - 1
  const begin = column.t[last]
  const mean = column.mean[last]
  if (begin === undefined || mean === undefined || Number.isNaN(mean)) return put(column, t, v, v, v)
  if (t < begin) return
  const isYoung = t < begin + Math.max(bucketMs, column.bucketMs, 1)
  if (isYoung && (kind === 'measured' || v === mean || t === begin)) merge(column, last, t === begin ? null : mean, v)
  else put(column, t, v, v, v)
}

/** Forgets what lies before `from`, but for one row that leads into the picture. */
export function trim(column: Column, from: number): void {
  const first = lowerBound(column.t, from) - 1
  if (first < Math.max(1, column.t.length / 8)) return
  for (const values of [column.t, column.min, column.mean, column.max]) values.splice(0, first)
}

/** Puts a finer stretch from `from` to `to` into a coarser whole. */
export function splice(whole: Column, fine: Column, from: number, to: number): Column {
  const left = lowerBound(whole.t, from)
  const right = Math.max(left, lowerBound(whole.t, to))
  const joined = (name: 't' | 'min' | 'mean' | 'max') => [
    ...whole[name].slice(0, left),
    ...fine[name],
    ...whole[name].slice(right),
  ]
  const atEnd = right >= whole.t.length ? fine : whole
  return {
    t: joined('t'),
    min: joined('min'),
    mean: joined('mean'),
    max: joined('max'),
    gapMs: fine.gapMs,
    bucketMs: atEnd.bucketMs,
    count: atEnd.count,
  }
}

/** Index of the first row at or after `t`. */
export function lowerBound(times: readonly number[], t: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) < t) low = middle + 1
    else high = middle
  }
  return low
}

/** The row that speaks for `t`: the last one at or before it. -1 before the first row and inside a gap. */
export function rowAt(column: Column, t: number): number {
  const at = lowerBound(column.t, t)
  const row = column.t[at] === t ? at : at - 1
  if (row < 0 || Number.isNaN(column.mean[row] ?? NaN)) return -1
  const isLast = row === column.t.length - 1
  return isLast && t - (column.t[row] ?? 0) > column.gapMs ? -1 : row
}

/** Least and greatest value between two times, or null where there is none. */
export function extremes(column: Column, from: number, to: number): [number, number] | null {
  let least = Infinity
  let greatest = -Infinity
  const end = lowerBound(column.t, to)
  for (let i = Math.max(0, lowerBound(column.t, from) - 1); i <= end && i < column.t.length; i += 1) {
    least = Math.min(least, orElse(column.min[i], Infinity))
    greatest = Math.max(greatest, orElse(column.max[i], -Infinity))
  }
  return least <= greatest ? [least, greatest] : null
}

/** True when a column reaches the present: its last row is no older than a gap may be. */
export function isPresent(column: Column, now: number | null): boolean {
  const last = column.t.at(-1)
  return now !== null && last !== undefined && now - last <= Math.max(column.gapMs, 2 * column.bucketMs)
}

function put(column: Column, t: number, min: number, mean: number, max: number): void {
  const last = column.t.at(-1)
  if (last !== undefined && t - last > column.gapMs) pushRow(column, last + 1, NaN, NaN, NaN)
  pushRow(column, t, min, mean, max)
  column.count = 1
}

function merge(column: Column, row: number, mean: number | null, v: number): void {
  column.min[row] = mean === null ? v : Math.min(column.min[row] ?? v, v)
  column.max[row] = mean === null ? v : Math.max(column.max[row] ?? v, v)
  column.mean[row] = mean === null ? v : mean + (v - mean) / (column.count + 1)
  if (mean !== null) column.count += 1
}

function pushRow(column: Column, t: number, min: number, mean: number, max: number): void {
  column.t.push(t)
  column.min.push(min)
  column.mean.push(mean)
  column.max.push(max)
}

function narrowest(times: readonly number[]): number {
  let least = Infinity
  for (let i = 1; i < times.length; i += 1) least = Math.min(least, (times[i] ?? 0) - (times[i - 1] ?? 0))
  return Number.isFinite(least) ? least : 0
}

function orElse(value: number | undefined, other: number): number {
  return value === undefined || Number.isNaN(value) ? other : value
}
