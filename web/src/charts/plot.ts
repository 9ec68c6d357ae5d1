import uPlot from 'uplot'
import { fixed } from '../units/round'
import { bareTemperature, differenceFromCelsius, fromCelsius, type TemperatureUnit, toCelsius, unitSign } from '../units/temperature'
import { decimalsOf, type Tick, timeTicks } from '../units/ticks'
import { extremes } from '../state/columns'
import type { Corner } from '../state/timeline'
import { drawBand, drawLine, drawSteps, type Ground } from './lines'
import { LANE_ROOM_PX, paintLanes, paintNow, paintSilence, paintSingles, paintUnits, paintUntrue, paintWash, type Sheet } from './paint'
import type { Palette } from './palette'
import { aheadWithin } from './ahead'
import { type AxisName, DRAWN, type Lane, type Line, type Source } from './series'
import type { View } from './view'
import { YRange } from './yrange'

export interface PlotSettings {
  lines: readonly Line[]
  lanes: readonly Lane[]
  source: Source
  palette: Palette
  unit: TemperatureUnit
  zone: string
  /** Room above the plot for tiles, CSS pixels. */
  headroom: number
  /** A narrow chart has fewer labels. */
  narrow: boolean
}

/** What of time is drawn: the view, the present if there is one, and what is asked from now on, °C. */
export interface Scene {
  view: View
  now: number | null
  plan: number | null
  /** The course that is followed from now on, in place of a level line. */
  ahead?: readonly Corner[] | null
}

/** Where the plot area lies within the chart, CSS pixels. */
export interface Box {
  left: number
  top: number
  width: number
  height: number
}

const AXIS_PX = 44
const LABELS_PX = 30
const TICK_APART_PX = 78
const TICK_APART_NARROW_PX = 58
const PILL_PX = 40
const LEAST_C = 2
const LEAST_SG = 0.01

/** The one wrapper around the chart library: scales, axes and canvas are its, lines and lanes are drawn by us. */
export class Plot {
  readonly #settings: PlotSettings
  readonly #chart: uPlot
  readonly #ranges: Record<AxisName, YRange>
  #scene: Scene
  #ticks: readonly Tick[] = []

  constructor(host: HTMLElement, settings: PlotSettings, size: { width: number; height: number }, scene: Scene) {
    this.#settings = settings
    this.#scene = scene
    const { unit } = settings
    this.#ranges = {
      temperature: new YRange({
        shown: (celsius) => fromCelsius(celsius, unit),
        stored: (value) => toCelsius(value, unit),
        least: differenceFromCelsius(LEAST_C, unit),
      }),
      gravity: new YRange({ shown: (sg) => sg, stored: (sg) => sg, least: LEAST_SG, empty: 1 }),
    }
    this.#grow()
    this.#chart = new uPlot(this.#options(size), this.#frame(), host)
  }

  /** Draws a scene, with whatever the columns hold by now. */
  draw(scene: Scene): void {
    this.#scene = scene
    this.#grow()
    this.#chart.batch(() => {
      this.#chart.setData(this.#frame(), false)
      this.#chart.setScale('x', { min: scene.view.from, max: scene.view.to })
    })
  }

  /** Lets the axes fit what is seen, where they only grew before. */
  refit(): void {
    Object.values(this.#ranges).forEach((range) => range.restart())
  }

  resize(size: { width: number; height: number }): void {
    this.#chart.setSize(size)
  }

  destroy(): void {
    this.#chart.destroy()
  }

  get box(): Box {
    const { left, top, width, height } = this.#chart.bbox
    const ratio = devicePixelRatio
    return { left: left / ratio, top: top / ratio, width: width / ratio, height: height / ratio }
  }

  /** Place of an instant within the plot area, CSS pixels. */
  x(t: number): number {
    return this.#chart.valToPos(t, 'x')
  }

  y(value: number, axis: AxisName): number {
    return this.#chart.valToPos(value, axis)
  }

  #grow(): void {
    const { view, plan, now } = this.#scene
    for (const line of this.#settings.lines) {
      const column = this.#settings.source.column(line.series)
      const found = column && extremes(column, view.from, view.to)
      if (found) this.#ranges[line.axis].include(...found)
    }
    if (plan !== null && now !== null && view.to > now) this.#ranges.temperature.include(plan, plan)
    for (const { c } of aheadWithin(this.#scene)) this.#ranges.temperature.include(c, c)
  }

  /** The library draws between two instants; our own lines bring their own. */
  #frame(): uPlot.AlignedData {
    const { from, to } = this.#scene.view
    return [[from, to], ...this.#settings.lines.flatMap(() => [[null, null], [null, null], [null, null]])]
  }

  #options(size: { width: number; height: number }): uPlot.Options {
    const { headroom } = this.#settings
    const hasGravity = this.#settings.lines.some((line) => line.axis === 'gravity')
    return {
      ...size,
      padding: [headroom + 26, hasGravity ? 0 : 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => [this.#scene.view.from, this.#scene.view.to] },
        temperature: { range: () => this.#span('temperature') },
        gravity: { range: () => this.#span('gravity') },
      },
      axes: [this.#timeAxis(), this.#valueAxis('temperature'), ...(hasGravity ? [this.#valueAxis('gravity')] : [])],
      // The first line is the most important one and lies above the others.
      series: [{}, ...[...this.#settings.lines].reverse().flatMap((line) => this.#seriesOf(line))],
      hooks: {
        drawClear: [(chart) => aside(chart, () => this.#under(this.#sheet(chart)))],
        draw: [(chart) => aside(chart, () => this.#over(this.#sheet(chart)))],
      },
    }
  }

  #span(axis: AxisName): [number, number] {
    const { min, max } = this.#ranges[axis].ends()
    return [min, max]
  }

  #timeAxis(): uPlot.Axis {
    const { palette, lanes } = this.#settings
    const lanesRoom = lanes.length ? lanes.length * LANE_ROOM_PX + 4 : 0
    return {
      side: 2,
      size: lanesRoom + LABELS_PX,
      gap: lanesRoom + 9,
      font: palette.font(500),
      stroke: palette.colour('--ink-3'),
      grid: { stroke: palette.colour('--line'), width: 1 },
      ticks: { show: false },
      border: { show: true, stroke: palette.colour('--line-strong'), width: 1 },
      splits: (chart) => this.#splits(chart),
      values: (chart) => this.#labels(chart),
    }
  }

  #splits(chart: uPlot): number[] {
    const { view } = this.#scene
    const { narrow, zone } = this.#settings
    const width = chart.bbox.width / devicePixelRatio
    const apart = ((view.to - view.from) / Math.max(1, width)) * (narrow ? TICK_APART_NARROW_PX : TICK_APART_PX)
    this.#ticks = timeTicks(view.from, view.to, apart, zone)
    return this.#ticks.map((tick) => tick.t)
  }

  /** A label under the pill that says "now" would be unreadable, and so would one that is cut off at the edge. */
  #labels(chart: uPlot): string[] {
    const { now } = this.#scene
    const width = chart.bbox.width / devicePixelRatio
    const pill = now === null ? -Infinity : chart.valToPos(now, 'x')
    return this.#ticks.map(({ t, label }) => {
      const x = chart.valToPos(t, 'x')
      return Math.abs(x - pill) < PILL_PX || x < 8 || x > width - 8 ? '' : label
    })
  }

  #valueAxis(axis: AxisName): uPlot.Axis {
    const { palette, unit } = this.#settings
    const right = axis === 'gravity'
    const range = this.#ranges[axis]
    return {
      scale: axis,
      side: right ? 1 : 3,
      size: right ? AXIS_PX + 8 : AXIS_PX,
      gap: 8,
      font: palette.font(500),
      stroke: palette.colour(right ? '--gravity' : '--ink-3'),
      grid: { show: !right, stroke: palette.colour('--line'), width: 1 },
      ticks: { show: false },
      splits: () => range.ends().lines,
      values: (_chart, values) => {
        const decimals = right ? 3 : decimalsOf(range.ends().step)
        return values.map((value) => (right ? fixed(value, decimals) : bareTemperature(value, unit, decimals)))
      },
    }
  }

  /** Band, halo and line of one series, in this order. */
  #seriesOf(line: Line): uPlot.Series[] {
    const { palette } = this.#settings
    const drawn = DRAWN[line.look]
    const colour = palette.colour(drawn.colour)
    const plain = { scale: line.axis, points: { show: false } }
    const path = () => ({ stroke: this.#path(line) })
    return [
      { ...plain, show: drawn.band === true, width: 0, fill: `color-mix(in srgb, ${colour} 18%, transparent)`, paths: () => ({ fill: this.#band(line) }) },
      { ...plain, show: drawn.halo !== undefined, width: drawn.halo ?? 0, stroke: palette.colour('--surface'), paths: path },
      { ...plain, width: drawn.width, stroke: colour, dash: drawn.dash ?? [], paths: path },
    ]
  }

  #path(line: Line): Path2D {
    const path = new Path2D()
    const column = this.#settings.source.column(line.series)
    if (!column) return path
    const { now, plan } = this.#scene
    if (line.step) drawSteps(path, column, this.#ground(line.axis), plan === null ? null : now)
    else drawLine(path, column, this.#ground(line.axis))
    return path
  }

  #band(line: Line): Path2D {
    const path = new Path2D()
    const column = this.#settings.source.column(line.series)
    if (column) drawBand(path, column, this.#ground(line.axis))
    return path
  }

  #ground(axis: AxisName): Ground {
    const { from, to } = this.#scene.view
    const chart = this.#chart
    return { x: (t) => chart.valToPos(t, 'x', true), y: (v) => chart.valToPos(v, axis, true), from, to }
  }

  #sheet(chart: uPlot): Sheet {
    const { palette, lines, lanes, source } = this.#settings
    const x = (t: number) => chart.valToPos(t, 'x', true)
    const y = (v: number, axis: AxisName) => chart.valToPos(v, axis, true)
    return { context: chart.ctx, area: chart.bbox, ratio: devicePixelRatio, palette, lines, lanes, source, scene: this.#scene, x, y }
  }

  #under(sheet: Sheet): void {
    paintWash(sheet)
    paintSilence(sheet)
  }

  #over(sheet: Sheet): void {
    paintLanes(sheet)
    paintUnits(sheet, unitSign(this.#settings.unit))
    paintNow(sheet)
    paintSingles(sheet)
    paintUntrue(sheet)
  }
}

/** Leaves the canvas as it was: the library remembers what it set there. */
function aside(chart: uPlot, paint: () => void): void {
  chart.ctx.save()
  paint()
  chart.ctx.restore()
}
