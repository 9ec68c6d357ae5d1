import { type Column, lowerBound, rowAt } from '../state/columns'
import type { Part } from '../state/pieces'
import type { Untrue } from '../state/untrue'
import type { Share } from './lanes'
import { type Gap, gapsOf } from './lines'

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
  /** Other series told of it in turn. */
  parts?: readonly Part[]
}

/** One lane under a chart. */
export interface Lane {
  series: string
  label: string
  look: 'heat' | 'cool'
  share: Share
  /** Its series holds codes, which have no mean. */
  isCode?: boolean
  /** Other series told of it in turn. */
  parts?: readonly Part[]
}

/** Where columns come from. */
export interface Source {
  column(series: string): Column | undefined
  /** Readings that are not believed, where they are shown. */
  untrue?(series: string): readonly Untrue[]
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

/** A time in which a line has nothing to say. */
export interface Silence extends Gap {
  line: Line
}

/** A reading that is not believed, and whose it is. */
export interface Doubt extends Untrue {
  line: Line
}

/** Where a cursor stands: at an instant, with what lies no further than `reachMs` from it. `now` is the present. */
export interface Place {
  t: number
  reachMs?: number
  now?: number | null
}

/** What a cursor reads: every line's value, and whether each lane is on. */
export interface ReadOut {
  t: number
  values: readonly ValueAt[]
  on: readonly Lane[]
  /** The gap that the cursor stands in, of the first line that has one. */
  gap: Silence | null
  /** Readings close by that are not believed. */
  doubts: readonly Doubt[]
}

export function valueAt(source: Source, line: Line, t: number): number | null {
  const column = source.column(line.series)
  const row = column ? rowAt(column, t) : -1
  return row < 0 ? null : (column?.mean[row] ?? null)
}

export function readOut(source: Source, lines: readonly Line[], lanes: readonly Lane[], { t, reachMs = 0, now = null }: Place): ReadOut {
  return {
    t,
    values: lines.map((line) => ({ line, value: valueAt(source, line, t) })),
    on: lanes.filter((lane) => isOn(source, lane, t)),
    gap: lines.flatMap((line) => silenceAt(source, line, t, now))[0] ?? null,
    doubts: lines.flatMap((line) => doubtsAt(source, line, t, reachMs)),
  }
}

/** Every series that tells of some lines or lanes. */
export function seriesOf(parts: readonly (Line | Lane)[]): string[] {
  return [...new Set(parts.flatMap((part) => [...(part.parts ?? []).map(({ series }) => series), part.series]))]
}

/** The instant of the row next to `t` by so many rows, of the first line that has any; of a gap, its middle. */
export function stepRows(source: Source, lines: readonly Line[], t: number, rows: number): number {
  for (const line of lines) {
    const column = source.column(line.series)
    if (!column?.t.length) continue
    let row = Math.max(0, nearest(column.t, t))
    const direction = Math.sign(rows)
    for (let left = Math.abs(rows); left > 0 && column.t[row + direction] !== undefined; left -= 1) row += direction
    return placeOf(column, row) ?? t
  }
  return t
}

/** The instant of a row; of one that stands for a gap, its middle. */
function placeOf({ t, mean }: Column, row: number): number | undefined {
  const [before, after] = [t[row - 1], t[row + 1]]
  const isGap = Number.isNaN(mean[row] ?? 0) && before !== undefined && after !== undefined
  return isGap ? (before + after) / 2 : t[row]
}

function isOn(source: Source, lane: Lane, t: number): boolean {
  const column = source.column(lane.series)
  const row = column ? rowAt(column, t) : -1
  if (!column || row < 0) return false
  return lane.share(column.min[row] ?? 0, column.mean[row] ?? 0, column.max[row] ?? 0) > 0
}

/** A wish that is not told anew is no silence. */
function silenceAt(source: Source, line: Line, t: number, now: number | null): Silence[] {
  const column = line.step ? undefined : source.column(line.series)
  const found = column && gapsOf(column, t, t, now).find((gap) => gap.from < t && t < gap.to)
  return found ? [{ line, ...found }] : []
}

function doubtsAt(source: Source, line: Line, t: number, reachMs: number): Doubt[] {
  return (source.untrue?.(line.series) ?? []).filter((one) => Math.abs(one.t - t) <= reachMs).map((one) => ({ line, ...one }))
}

function nearest(times: readonly number[], t: number): number {
  const after = lowerBound(times, t)
  if (after === 0) return 0
  if (after === times.length) return after - 1
  return t - (times[after - 1] ?? 0) < (times[after] ?? 0) - t ? after - 1 : after
}
