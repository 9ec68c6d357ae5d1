import { drawLine, drawSteps, gapsOf, type Pen } from '../charts/lines'
import { YRange } from '../charts/yrange'
import { type Column, extremes } from '../state/columns'
import { differenceFromCelsius, fromCelsius, type TemperatureUnit, toCelsius } from '../units/temperature'

export const DAY_MS = 86_400_000
const MARGIN_PX = 5
const LEAST_C = 0.8
const LEAST_SG = 0.004

/** What is drawn of one series over a day, in a field of some size. */
export interface Trace {
  path: string
  gaps: { x: number; width: number }[]
  /** Grid lines with what they stand for, stored values. */
  grid: { y: number; value: number }[]
  least: number
  greatest: number
}

export interface Frame {
  now: number
  width: number
  height: number
  unit: TemperatureUnit
}

/** Draws a day of one series; null when nothing was read in it. */
export function traceOf(column: Column | undefined, metric: string, frame: Frame): Trace | null {
  const { now, width, height } = frame
  const from = now - DAY_MS
  const found = column && extremes(column, from, now)
  if (!column || !found) return null
  const isOutput = metric === 'on'
  const range = new YRange(scaleOf(metric, frame.unit))
  const [low, high] = isOutput ? [0, 1] : found
  range.include(low, high)
  const { min, max, lines } = range.ends()
  const ground = {
    x: (t: number) => ((t - from) / DAY_MS) * width,
    y: (v: number) => MARGIN_PX + (1 - (v - min) / (max - min)) * (height - 2 * MARGIN_PX),
    from,
    to: now,
  }
  return {
    path: path((pen) => (isOutput ? drawSteps(pen, column, ground, now) : drawLine(pen, column, ground))),
    gaps: gapsOf(column, from, now, now).map((gap) => stretch(ground.x(Math.max(from, gap.from)), ground.x(gap.to))),
    grid: (isOutput ? [0, 1] : thinned(lines, ground.y, height)).map((value) => ({ y: ground.y(value), value })),
    least: found[0],
    greatest: found[1],
  }
}

function scaleOf(metric: string, unit: TemperatureUnit): ConstructorParameters<typeof YRange>[0] {
  if (metric === 'temperature') return { shown: (c) => fromCelsius(c, unit), stored: (v) => toCelsius(v, unit), least: differenceFromCelsius(LEAST_C, unit) }
  return { shown: (v) => v, stored: (v) => v, least: metric === 'gravity' ? LEAST_SG : 0.1 }
}

/** Two or three lines, away from the edges, so that their labels have room. */
function thinned(lines: readonly number[], y: (v: number) => number, height: number): number[] {
  const inner = lines.filter((value) => y(value) > 12 && y(value) < height - 4)
  const keep = Math.max(1, Math.ceil(inner.length / 2))
  return inner.filter((_, i) => i % keep === 0)
}

function stretch(x: number, end: number): { x: number; width: number } {
  return { x, width: Math.max(1, end - x) }
}

function path(draw: (pen: Pen) => void): string {
  let d = ''
  draw({
    moveTo: (x, y) => (d += `M${x.toFixed(1)} ${y.toFixed(1)}`),
    lineTo: (x, y) => (d += `L${x.toFixed(1)} ${y.toFixed(1)}`),
  })
  return d
}
