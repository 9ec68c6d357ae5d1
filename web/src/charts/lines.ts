import { type Column, lowerBound } from '../state/columns'

/** What draws: a canvas path, or in tests a list. */
export interface Pen {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
}

/** From stored numbers to places on the canvas, and the stretch of time that is seen. */
export interface Ground {
  x: (t: number) => number
  y: (v: number) => number
  from: number
  to: number
}

/** Rows that are seen, with one more on either side so that lines reach the edges. */
export function seenRows(column: Column, from: number, to: number): [number, number] {
  const first = Math.max(0, lowerBound(column.t, from) - 1)
  return [first, Math.min(column.t.length, lowerBound(column.t, to) + 1)]
}

/** The mean of each row as a line that breaks at gaps. */
export function drawLine(pen: Pen, column: Column, ground: Ground): void {
  const [first, end] = seenRows(column, ground.from, ground.to)
  let isDown = false
  for (let i = first; i < end; i += 1) {
    const v = column.mean[i] ?? NaN
    if (!Number.isNaN(v)) {
      if (isDown) pen.lineTo(ground.x(column.t[i] ?? 0), ground.y(v))
      else pen.moveTo(ground.x(column.t[i] ?? 0), ground.y(v))
    }
    isDown = !Number.isNaN(v)
  }
}

/** Rows without a neighbour on either side, which a line does not show. */
export function aloneRows(column: Column, from: number, to: number): number[] {
  const [first, end] = seenRows(column, from, to)
  const isGap = (i: number) => Number.isNaN(column.mean[i] ?? NaN)
  const alone: number[] = []
  for (let i = first; i < end; i += 1) if (!isGap(i) && isGap(i - 1) && isGap(i + 1)) alone.push(i)
  return alone
}

/** Each row's mean held until the next row; the last one until `until`, or not at all when that is null. */
export function drawSteps(pen: Pen, column: Column, ground: Ground, until: number | null): void {
  const [first, end] = seenRows(column, ground.from, ground.to)
  let before = NaN
  for (let i = first; i < end; i += 1) {
    if (isBetween(column, i)) continue
    const v = column.mean[i] ?? NaN
    drawStep(pen, ground, column.t[i] ?? 0, before, v)
    before = v
  }
  if (until !== null && end === column.t.length) drawStep(pen, ground, until, before, before)
}

/** A bucket in which a setpoint jumped has a mean that nobody ever asked for. In a ramp the next one moves as well. */
function isBetween(column: Column, i: number): boolean {
  return column.min[i] !== column.max[i] && column.min[i + 1] === column.max[i + 1] && !Number.isNaN(column.mean[i] ?? NaN)
}

/** From one value to the next: along, then up or down; NaN is a gap, where the pen is lifted. */
function drawStep(pen: Pen, ground: Ground, t: number, before: number, v: number): void {
  const x = ground.x(t)
  if (Number.isNaN(before)) {
    if (!Number.isNaN(v)) pen.moveTo(x, ground.y(v))
    return
  }
  pen.lineTo(x, ground.y(before))
  if (!Number.isNaN(v) && v !== before) pen.lineTo(x, ground.y(v))
}

/** The area between least and greatest value of each row, one closed shape for each stretch without a gap. */
export function drawBand(pen: Pen & { closePath(): void }, column: Column, ground: Ground): void {
  const [first, end] = seenRows(column, ground.from, ground.to)
  let start = first
  for (let i = first; i <= end; i += 1) {
    if (i < end && !Number.isNaN(column.mean[i] ?? NaN)) continue
    if (i - start > 1) shape(pen, column, ground, start, i)
    start = i + 1
  }
}

function shape(pen: Pen & { closePath(): void }, column: Column, ground: Ground, start: number, end: number): void {
  const place = (i: number, values: readonly number[]): [number, number] => [ground.x(column.t[i] ?? 0), ground.y(values[i] ?? 0)]
  pen.moveTo(...place(start, column.max))
  for (let i = start + 1; i < end; i += 1) pen.lineTo(...place(i, column.max))
  for (let i = end - 1; i >= start; i -= 1) pen.lineTo(...place(i, column.min))
  pen.closePath()
}

/** A stretch in which nothing was measured. */
export interface Gap {
  from: number
  to: number
}

/** Gaps of a column between two times; silence since its last row counts, up to `now`. */
export function gapsOf(column: Column, from: number, to: number, now: number | null): Gap[] {
  const [first, end] = seenRows(column, from, to)
  const gaps: Gap[] = []
  for (let i = Math.max(1, first); i < end; i += 1) {
    if (Number.isNaN(column.mean[i] ?? 0)) gaps.push({ from: column.t[i - 1] ?? from, to: column.t[i + 1] ?? to })
  }
  const last = column.t.at(-1)
  if (now !== null && last !== undefined && last < to && now - last > column.gapMs) gaps.push({ from: last, to: now })
  return gaps
}
