import { type Column, extremes } from '../state/columns'
import { fixed } from '../units/round'
import { bareTemperature, differenceFromCelsius, fromCelsius, type TemperatureUnit, toCelsius, unitSign } from '../units/temperature'
import { decimalsOf } from '../units/ticks'
import { drawLine, drawSteps, type Pen } from './lines'
import type { AxisName } from './series'
import { YRange } from './yrange'

/** One line of a pane. */
export interface Trace {
  id: string
  label: string
  /** Name of a colour role. */
  colour: string
  width: number
  dash?: readonly number[]
  /** A setpoint: held until it changes. */
  step?: boolean
  /** It goes on: its end is its present. */
  isLive?: boolean
  column: Column
}

/** One of several charts above one time axis. */
export interface Pane {
  axis: AxisName
  traces: readonly Trace[]
  /** Its part of the height, in the same measure as the others. */
  share: number
  /** Its lines are named at their ends. */
  named?: boolean
}

export interface Frame {
  width: number
  height: number
  from: number
  to: number
  unit: TemperatureUnit
  ticks: readonly { t: number; label: string }[]
  /** Room at the right for names. */
  right: number
}

/** A pane as places and paths of SVG. */
export interface DrawnPane {
  axis: AxisName
  top: number
  height: number
  unit: string
  grid: { y: number; label: string }[]
  lines: { trace: Trace; path: string }[]
  ends: { trace: Trace; x: number; y: number; labelY: number }[]
  y: (value: number) => number
}

export interface Drawing {
  left: number
  right: number
  bottom: number
  x: (t: number) => number
  t: (x: number) => number
  panes: DrawnPane[]
  ticks: { x: number; label: string }[]
}

export const LEFT_PX = 48
const TOP_PX = 28
const BETWEEN_PX = 38
const BOTTOM_PX = 26
const LABEL_PX = 15
/** How wide a name is at most. */
const NAME_PX = 130
const LEAST_C = 2
const LEAST_SG = 0.01

/** Lays out panes above one another. */
export function stacked(panes: readonly Pane[], frame: Frame): Drawing {
  const { width, height, from, to } = frame
  const right = Math.max(LEFT_PX + 40, width - frame.right)
  const x = (t: number) => LEFT_PX + ((t - from) / (to - from)) * (right - LEFT_PX)
  const shares = panes.reduce((sum, pane) => sum + pane.share, 0)
  const room = height - TOP_PX - BOTTOM_PX - BETWEEN_PX * (panes.length - 1)
  const drawn: DrawnPane[] = []
  let top = TOP_PX
  for (const pane of panes) {
    const tall = (room * pane.share) / shares
    drawn.push(paneOf(pane, frame, { top, height: tall, x }))
    top += tall + BETWEEN_PX
  }
  return {
    left: LEFT_PX,
    right,
    bottom: height - BOTTOM_PX,
    x,
    t: (place) => from + ((place - LEFT_PX) / (right - LEFT_PX)) * (to - from),
    panes: drawn,
    ticks: frame.ticks.map(({ t, label }) => ({ x: x(t), label })),
  }
}

function paneOf(pane: Pane, frame: Frame, place: { top: number; height: number; x: (t: number) => number }): DrawnPane {
  const { top, height, x } = place
  const { from, to } = frame
  const range = rangeOf(pane, frame)
  const { min, max, lines, step } = range.ends()
  const y = (v: number) => top + (1 - (v - min) / (max - min)) * height
  const decimals = pane.axis === 'gravity' ? 3 : decimalsOf(step)
  const path = (trace: Trace) =>
    pathOf((pen) => (trace.step ? drawSteps(pen, trace.column, { x, y, from, to }, null) : drawLine(pen, trace.column, { x, y, from, to })))
  return {
    axis: pane.axis,
    top,
    height,
    unit: pane.axis === 'gravity' ? 'SG' : unitSign(frame.unit),
    grid: lines.map((value) => ({ y: y(value), label: pane.axis === 'gravity' ? fixed(value, decimals) : bareTemperature(value, frame.unit, decimals) })),
    // The first is the most important one and lies above the others.
    lines: [...pane.traces].reverse().map((trace) => ({ trace, path: path(trace) })),
    ends: apart(pane.traces.flatMap((trace) => endOf(trace, x, y))),
    y,
  }
}

function rangeOf({ axis, traces }: Pane, { unit, from, to }: Frame): YRange {
  const range =
    axis === 'gravity'
      ? new YRange({ shown: (sg) => sg, stored: (sg) => sg, least: LEAST_SG, empty: 1 })
      : new YRange({ shown: (c) => fromCelsius(c, unit), stored: (v) => toCelsius(v, unit), least: differenceFromCelsius(LEAST_C, unit) })
  for (const { column } of traces) {
    const found = extremes(column, from, to)
    if (found) range.include(...found)
  }
  return range
}

function endOf(trace: Trace, x: (t: number) => number, y: (v: number) => number): DrawnPane['ends'] {
  const { t, mean } = trace.column
  for (let i = t.length - 1; i >= 0; i -= 1) {
    const v = mean[i] ?? NaN
    if (!Number.isNaN(v)) return [{ trace, x: x(t[i] ?? 0), y: y(v), labelY: y(v) }]
  }
  return []
}

/** Moves names apart that would cover one another, from the highest down. */
function apart(ends: DrawnPane['ends']): DrawnPane['ends'] {
  const placed: DrawnPane['ends'] = []
  for (const end of [...ends].sort((a, b) => a.y - b.y)) {
    const beside = placed.filter((one) => Math.abs(one.x - end.x) < NAME_PX)
    placed.push({ ...end, labelY: Math.max(end.y, ...beside.map((one) => one.labelY + LABEL_PX)) })
  }
  return placed
}

function pathOf(draw: (pen: Pen) => void): string {
  let d = ''
  draw({
    moveTo: (x, y) => (d += `M${x.toFixed(1)} ${y.toFixed(1)}`),
    lineTo: (x, y) => (d += `L${x.toFixed(1)} ${y.toFixed(1)}`),
  })
  return d
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const STEPS_MS = [1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS).concat([1, 2, 5, 7, 14, 28, 56, 112, 364].map((days) => days * DAY_MS))

/** Ticks that count hours or days from 0, at least `apart` from one another. `name` gives each its label. */
export function countingTicks(from: number, to: number, apart: number, name: (count: number, unit: 'hour' | 'day') => string): { t: number; label: string }[] {
  const step = STEPS_MS.find((one) => one >= apart) ?? 364 * DAY_MS * Math.ceil(apart / (364 * DAY_MS))
  const unit = step < DAY_MS ? 'hour' : 'day'
  const ticks: { t: number; label: string }[] = []
  // Adding 0 makes a minus zero a zero.
  for (let t = Math.ceil(from / step) * step + 0; t <= to; t += step) ticks.push({ t, label: name(Math.round(t / (unit === 'hour' ? HOUR_MS : DAY_MS)), unit) })
  return ticks
}
