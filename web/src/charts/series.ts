import { type Column, lowerBound, rowAt } from '../state/columns'
import type { Share } from './lanes'

/** How a line looks; the names are those of the colour roles. */
export type Look = 'beer' | 'setpoint' | 'chamber' | 'ambient' | 'gravity' | 'ochre' | 'indigo' | 'slate'

export type AxisName = 'temperature' | 'gravity'

/** One line of a chart. */
export interface Line {
  series: string
  label: string
  look: Look
  axis: AxisName
  /** A setpoint: held until it changes. */
  step?: boolean
}

/** One lane under a chart. */
export interface Lane {
  series: string
  label: string
  look: 'heat' | 'cool'
  share: Share
  /** Its series holds codes, which have no mean. */
  isCode?: boolean
}

/** Where columns come from. */
export interface Source {
  column(series: string): Column | undefined
}

interface Drawn {
  colour: string
  width: number
  dash?: number[]
  halo?: number
  band?: boolean
}

/** How each look is drawn; widths in CSS pixels. */
export const DRAWN: Record<Look, Drawn> = {
  beer: { colour: '--beer', width: 2.5, halo: 5, band: true },
  setpoint: { colour: '--ink', width: 1.4 },
  chamber: { colour: '--chamber', width: 1.15, band: true },
  ambient: { colour: '--ambient', width: 1.15, dash: [2, 3] },
  gravity: { colour: '--gravity', width: 2, band: true },
  ochre: { colour: '--ochre', width: 1.4, dash: [7, 4] },
  indigo: { colour: '--indigo', width: 1.4, dash: [2, 4] },
  slate: { colour: '--slate', width: 1.4, dash: [12, 4] },
}

/** A line's value at an instant, null where there is none. */
export interface ValueAt {
  line: Line
  value: number | null
}

/** What a cursor reads: every line's value, and whether each lane is on. */
export interface ReadOut {
  t: number
  values: readonly ValueAt[]
  on: readonly Lane[]
  /** A gap of the first line that the cursor stands in. */
  gap: { from: number; to: number } | null
}

export function valueAt(source: Source, line: Line, t: number): number | null {
  const column = source.column(line.series)
  const row = column ? rowAt(column, t) : -1
  return row < 0 ? null : (column?.mean[row] ?? null)
}

export function readOut(source: Source, lines: readonly Line[], lanes: readonly Lane[], t: number): ReadOut {
  return {
    t,
    values: lines.map((line) => ({ line, value: valueAt(source, line, t) })),
    on: lanes.filter((lane) => isOn(source, lane, t)),
    gap: gapAt(lines[0] && source.column(lines[0].series), t),
  }
}

/** The instant of the row next to `t` by so many rows, of the first line that has any. */
export function stepRows(source: Source, lines: readonly Line[], t: number, rows: number): number {
  for (const line of lines) {
    const column = source.column(line.series)
    if (!column?.t.length) continue
    let row = Math.max(0, nearest(column.t, t))
    const direction = Math.sign(rows)
    for (let left = Math.abs(rows); left > 0 && column.t[row + direction] !== undefined; left -= 1) row += direction
    if (Number.isNaN(column.mean[row] ?? 0)) row += direction
    return column.t[row] ?? t
  }
  return t
}

function isOn(source: Source, lane: Lane, t: number): boolean {
  const column = source.column(lane.series)
  const row = column ? rowAt(column, t) : -1
  if (!column || row < 0) return false
  return lane.share(column.min[row] ?? 0, column.mean[row] ?? 0, column.max[row] ?? 0) > 0
}

function gapAt(column: Column | undefined, t: number): { from: number; to: number } | null {
  if (!column) return null
  const after = lowerBound(column.t, t)
  for (const row of [after - 1, after]) {
    const [from, to] = [column.t[row - 1], column.t[row + 1]]
    if (Number.isNaN(column.mean[row] ?? 0) && from !== undefined && to !== undefined && from <= t && t <= to) return { from, to }
  }
  return null
}

function nearest(times: readonly number[], t: number): number {
  const after = lowerBound(times, t)
  if (after === 0) return 0
  if (after === times.length) return after - 1
  return t - (times[after - 1] ?? 0) < (times[after] ?? 0) - t ? after - 1 : after
}
