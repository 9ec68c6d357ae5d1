import { words } from '../text'
import { aheadWithin } from './ahead'
import { drawable, LEAST_PX, runsOf } from './lanes'
import { type Column, isPresent } from '../state/columns'
import { aloneRows, gapsOf } from './lines'
import type { Palette } from './palette'
import type { Scene } from './plot'
import { type AxisName, DRAWN, type Lane, type Line, type Source } from './series'

/** What a painter needs: canvas pixels throughout, of which `ratio` make one CSS pixel. */
export interface Sheet {
  context: CanvasRenderingContext2D
  area: { left: number; top: number; width: number; height: number }
  ratio: number
  palette: Palette
  lines: readonly Line[]
  lanes: readonly Lane[]
  source: Source
  scene: Scene
  x: (t: number) => number
  y: (v: number, axis: AxisName) => number
}

export const LANE_ROOM_PX = 16
const LANE_PX = 11
const HATCH_PX = 6
const NARROWEST_HATCH_PX = 2
const CROSS_PX = 3.2

/** The area ahead of now, where nothing is known yet. */
export function paintWash({ context, area, palette, scene, x }: Sheet): void {
  if (scene.now === null || scene.view.to <= scene.now) return
  const left = Math.max(area.left, x(scene.now))
  context.fillStyle = palette.colour('--plan-wash')
  context.fillRect(left, area.top, area.left + area.width - left, area.height)
}

/** A hatch where the first line has nothing to say. */
export function paintSilence(sheet: Sheet): void {
  const { context, area, lines, source, scene, x, ratio } = sheet
  const column = lines[0] && source.column(lines[0].series)
  if (!column) return
  for (const gap of gapsOf(column, scene.view.from, scene.view.to, scene.now)) {
    const left = Math.max(area.left, x(gap.from))
    const right = Math.min(area.left + area.width, x(gap.to))
    if (right - left > NARROWEST_HATCH_PX * ratio) hatch(sheet, left, right)
  }
  context.globalAlpha = 1
}

function hatch({ context, area, palette, ratio }: Sheet, left: number, right: number): void {
  context.save()
  context.beginPath()
  context.rect(left, area.top, right - left, area.height)
  context.clip()
  context.strokeStyle = palette.colour('--line')
  context.lineWidth = 2 * ratio
  context.beginPath()
  for (let x = left - area.height; x < right; x += HATCH_PX * 1.5 * ratio) {
    context.moveTo(x, area.top + area.height)
    context.lineTo(x + area.height, area.top)
  }
  context.stroke()
  context.restore()
}

/** Dots for readings without neighbours, and at the present end of the beer's line. */
export function paintSingles(sheet: Sheet): void {
  for (const line of sheet.lines) {
    const column = sheet.source.column(line.series)
    if (column && !line.step) paintDots(sheet, line, column)
  }
}

function paintDots(sheet: Sheet, line: Line, column: Column): void {
  const { context, scene, x, y, palette, ratio } = sheet
  const place = (row: number): [number, number] => [x(column.t[row] ?? 0), y(column.mean[row] ?? NaN, line.axis)]
  context.fillStyle = palette.colour(DRAWN[line.look].colour)
  for (const row of aloneRows(column, scene.view.from, scene.view.to)) dot(sheet, ...place(row), 2 * ratio)
  if (line.look === 'beer' && isPresent(column, scene.now)) end(sheet, ...place(column.t.length - 1))
}

/** Small crosses for readings that are not believed; those beyond the axis stand at its end. */
export function paintUntrue({ context, area, lines, source, scene, palette, ratio, x, y }: Sheet): void {
  const arm = CROSS_PX * ratio
  const edge = arm + ratio
  context.lineWidth = 1.5 * ratio
  for (const line of lines) {
    context.strokeStyle = palette.colour(DRAWN[line.look].colour)
    context.beginPath()
    for (const { t, v } of source.untrue?.(line.series) ?? []) {
      if (t < scene.view.from || t > scene.view.to) continue
      const [left, top] = [x(t), Math.min(Math.max(y(v, line.axis), area.top + edge), area.top + area.height - edge)]
      context.moveTo(left - arm, top - arm)
      context.lineTo(left + arm, top + arm)
      context.moveTo(left - arm, top + arm)
      context.lineTo(left + arm, top - arm)
    }
    context.stroke()
  }
}

function end(sheet: Sheet, x: number, y: number): void {
  const { context, area, palette, ratio } = sheet
  if (Number.isNaN(y) || x < area.left || x > area.left + area.width) return
  dot(sheet, x, y, 4.5 * ratio)
  context.strokeStyle = palette.colour('--surface')
  context.lineWidth = 1.6 * ratio
  context.stroke()
}

function dot({ context }: Sheet, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}

/** Heat and cold as lanes under the plot; the height of the fill is the share of time that was on. */
export function paintLanes(sheet: Sheet): void {
  const { context, area, lanes, palette, ratio } = sheet
  context.font = canvasFont(sheet, 500)
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  lanes.forEach((lane, i) => {
    const top = area.top + area.height + (5 + i * LANE_ROOM_PX) * ratio
    context.fillStyle = palette.colour('--ink-3')
    context.fillText(lane.label, area.left - 8 * ratio, top + (LANE_PX / 2) * ratio)
    paintLane(sheet, lane, top)
  })
}

function paintLane({ context, area, scene, source, palette, ratio, x }: Sheet, lane: Lane, top: number): void {
  const height = LANE_PX * ratio
  const right = area.left + area.width
  const end = scene.now === null ? right : Math.min(right, Math.max(area.left, x(scene.now)))
  context.fillStyle = palette.colour('--sunken')
  context.beginPath()
  context.roundRect(area.left, top, end - area.left, height, 2 * ratio)
  context.fill()
  const column = source.column(lane.series)
  if (!column) return
  context.fillStyle = palette.colour(lane.look === 'heat' ? '--heat-fill' : '--cool-fill')
  const runs = runsOf(column, lane.share, scene.view.from, Math.min(scene.view.to, scene.now ?? Infinity), scene.now)
  for (const run of drawable(runs, ((scene.view.to - scene.view.from) / area.width) * ratio)) {
    const left = x(run.from)
    const tall = Math.max(2 * ratio, height * run.share)
    context.fillRect(left, top + height - tall, Math.max(LEAST_PX * ratio, x(run.to) - left), tall)
  }
}

/** The unit once, above its axis. */
export function paintUnits(sheet: Sheet, temperature: string): void {
  const { context, area, palette, lines, ratio } = sheet
  context.font = canvasFont(sheet, 600)
  context.textBaseline = 'alphabetic'
  context.textAlign = 'right'
  context.fillStyle = palette.colour('--ink-2')
  context.fillText(temperature, area.left - 8 * ratio, area.top - 13 * ratio)
  if (!lines.some((line) => line.axis === 'gravity')) return
  context.textAlign = 'left'
  context.fillStyle = palette.colour('--gravity')
  context.fillText('SG', area.left + area.width + 8 * ratio, area.top - 13 * ratio)
}

/** The present: a line through plot and lanes, a pill on the axis, and dashed what is asked from here on. */
export function paintNow(sheet: Sheet): void {
  const { context, area, lanes, palette, scene, ratio, x, y } = sheet
  const { now, plan, view } = scene
  if (now === null || now < view.from || now > view.to) return
  const at = x(now)
  const bottom = area.top + area.height + (lanes.length * LANE_ROOM_PX + 4) * ratio
  context.strokeStyle = palette.colour('--ink')
  context.lineWidth = 1.25 * ratio
  context.setLineDash([5 * ratio, 4 * ratio])
  if (scene.ahead) paintAhead(sheet)
  else if (plan !== null) stroke(context, at, y(plan, 'temperature'), area.left + area.width, y(plan, 'temperature'))
  context.setLineDash([])
  stroke(context, at, area.top, at, bottom)
  pill(sheet, at, bottom + 5 * ratio)
}

/** The course that is followed; after its last corner it is level. */
function paintAhead(sheet: Sheet): void {
  const { context, area, x, y, scene } = sheet
  const corners = aheadWithin(scene)
  const last = corners.at(-1)
  if (!last) return
  context.beginPath()
  for (const { t, c } of corners) context.lineTo(x(t), y(c, 'temperature'))
  context.lineTo(area.left + area.width, y(last.c, 'temperature'))
  context.stroke()
}

function pill(sheet: Sheet, at: number, top: number): void {
  const { context, area, palette, ratio } = sheet
  context.font = canvasFont(sheet, 620)
  const width = context.measureText(words.chart.now).width + 16 * ratio
  const left = Math.min(at - width / 2, area.left + area.width + 12 * ratio - width)
  context.fillStyle = palette.colour('--ink')
  context.beginPath()
  context.roundRect(left, top, width, 19 * ratio, 5 * ratio)
  context.fill()
  context.fillStyle = palette.colour('--on-ink')
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(words.chart.now, left + width / 2, top + 10 * ratio)
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
}

function canvasFont({ palette, ratio }: Sheet, weight: number): string {
  return palette.font(weight).replace(/(\d+)px/, (_all, px: string) => `${Number(px) * ratio}px`)
}
