import { type Column, extremes, isPresent } from '../state/columns'
import { bareTemperature, differenceFromCelsius, fromCelsius, type TemperatureUnit, toCelsius } from '../units/temperature'
import { decimalsOf } from '../units/ticks'
import { drawable, LEAST_PX, runsOf } from './lanes'
import { drawLine, drawSteps, gapsOf, type Pen } from './lines'
import type { Lane, Source } from './series'
import { YRange } from './yrange'

/** What a sparkline draws, and where. */
export interface Sketch {
  source: Source
  beer: string | null
  setpoint: string | null
  lanes: readonly Lane[]
  /** What is asked from now on, °C. */
  plan: number | null
  now: number
  unit: TemperatureUnit
  width: number
  height: number
}

/** Everything of a sparkline as numbers and paths of SVG. */
export interface Sketched {
  x: (t: number) => number
  line: string
  steps: string
  plan: number | null
  /** Height of the dot at the present, when there is a present. */
  end: number | null
  grid: { y: number; label: string }[]
  gaps: { x: number; width: number }[]
  lanes: { look: 'heat' | 'cool'; runs: { x: number; width: number; share: number }[] }[]
}

export const PAST_MS = 86_400_000
const AHEAD = 0.12
const MARGIN_PX = 6
const LABEL_PX = 14
const LEAST_C = 0.8

export function sketch(wanted: Sketch): Sketched {
  const { source, now, width, height, plan } = wanted
  const [from, to] = [now - PAST_MS, now + PAST_MS * AHEAD]
  const x = (t: number) => ((t - from) / (to - from)) * width
  const column = wanted.beer === null ? undefined : source.column(wanted.beer)
  const asked = wanted.setpoint === null ? undefined : source.column(wanted.setpoint)
  const { min, max, lines, step } = rangeOf(wanted, [column, asked], from).ends()
  const y = (v: number) => MARGIN_PX + (1 - (v - min) / (max - min)) * (height - 2 * MARGIN_PX)
  const ground = { x, y, from, to }
  return {
    x,
    line: path((pen) => column && drawLine(pen, column, ground)),
    steps: path((pen) => asked && drawSteps(pen, asked, ground, plan === null ? null : now)),
    plan: plan === null ? null : y(plan),
    end: presentValue(column, now, y),
    grid: gridOf(lines, y, height).map((value) => ({ y: y(value), label: bareTemperature(value, wanted.unit, decimalsOf(step)) })),
    gaps: column ? gapsOf(column, from, now, now).map((gap) => stretch(x, Math.max(from, gap.from), gap.to)) : [],
    lanes: wanted.lanes.map((lane) => ({ look: lane.look, runs: runs(wanted, lane, from, x) })),
  }
}

function rangeOf({ unit, now, plan }: Sketch, columns: readonly (Column | undefined)[], from: number): YRange {
  const range = new YRange({
    shown: (celsius) => fromCelsius(celsius, unit),
    stored: (value) => toCelsius(value, unit),
    least: differenceFromCelsius(LEAST_C, unit),
  })
  for (const column of columns) {
    const found = column && extremes(column, from, now)
    if (found) range.include(...found)
  }
  if (plan !== null) range.include(plan, plan)
  return range
}

/** Two or three lines that have room for their labels. */
function gridOf(lines: readonly number[], y: (v: number) => number, height: number): number[] {
  const inner = lines.filter((value) => y(value) > LABEL_PX && y(value) < height - LABEL_PX / 2)
  const keep = Math.max(1, Math.ceil(inner.length / 2))
  return inner.filter((_, i) => i % keep === 0)
}

function presentValue(column: Column | undefined, now: number, y: (v: number) => number): number | null {
  const value = column?.mean.at(-1)
  return column && value !== undefined && !Number.isNaN(value) && isPresent(column, now) ? y(value) : null
}

function runs({ source, now }: Sketch, lane: Lane, from: number, x: (t: number) => number): Sketched['lanes'][number]['runs'] {
  const column = source.column(lane.series)
  if (!column) return []
  return drawable(runsOf(column, lane.share, from, now, now), 1 / (x(from + 1) - x(from))).map((run) => ({ ...stretch(x, run.from, run.to), share: run.share }))
}

function stretch(x: (t: number) => number, from: number, to: number): { x: number; width: number } {
  return { x: x(from), width: Math.max(LEAST_PX, x(to) - x(from)) }
}

function path(draw: (pen: Pen) => void): string {
  let d = ''
  draw({
    moveTo: (x, y) => (d += `M${x.toFixed(1)} ${y.toFixed(1)}`),
    lineTo: (x, y) => (d += `L${x.toFixed(1)} ${y.toFixed(1)}`),
  })
  return d
}
