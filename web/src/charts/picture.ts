import { extremes } from '../state/columns'
import { fixed } from '../units/round'
import { bareTemperature, differenceFromCelsius, fromCelsius, type TemperatureUnit, toCelsius, unitSign } from '../units/temperature'
import { decimalsOf, timeTicks } from '../units/ticks'
import { drawable, LEAST_PX, runsOf } from './lanes'
import { drawBand, drawLine, drawSteps, gapsOf, type Ground, type Pen } from './lines'
import { type AxisName, DRAWN, type Lane, type Line, type Source } from './series'
import type { View } from './view'
import { YRange } from './yrange'

/** What is drawn, and how large, CSS pixels. */
export interface Wanted {
  title: string
  /** What stands beneath the title: the stretch of time. */
  sub: string
  lines: readonly Line[]
  lanes: readonly Lane[]
  source: Source
  view: View
  now: number | null
  unit: TemperatureUnit
  zone: string
  width: number
  height: number
  /** Gives the colour that a role has now. */
  colour: (role: string) => string
}

const LEFT_PX = 56
const RIGHT_PX = 60
const TOP_PX = 86
const LANE_PX = 16
const LABELS_PX = 30
const APART_PX = 84
const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif'

/** A chart as a picture of its own: an SVG document, which needs nothing of the page. */
export function pictureOf(wanted: Wanted): string {
  const { width, height, view, lanes, lines, colour } = wanted
  const area = { left: LEFT_PX, top: TOP_PX, width: width - LEFT_PX - RIGHT_PX, height: height - TOP_PX - LABELS_PX - lanes.length * LANE_PX }
  const x = (t: number) => area.left + ((t - view.from) / (view.to - view.from)) * area.width
  const axes = (['temperature', 'gravity'] as const).filter((axis) => lines.some((line) => line.axis === axis)).map((axis) => axisOf(wanted, axis, area))
  const ground = (axis: AxisName): Ground => ({ x, y: axes.find((one) => one.name === axis)?.y ?? (() => 0), from: view.from, to: view.to })
  const parts = [
    `<rect width="${width}" height="${height}" fill="${colour('--surface')}"/>`,
    ...head(wanted),
    ...times(wanted, area, x),
    ...axes.flatMap((axis) => axisDrawn(wanted, axis, area)),
    ...silence(wanted, area, x),
    `<svg x="${area.left}" y="${area.top}" width="${area.width}" height="${area.height}" viewBox="${area.left} ${area.top} ${area.width} ${area.height}">`,
    ...[...lines].reverse().flatMap((line) => lineDrawn(wanted, line, ground(line.axis))),
    '</svg>',
    ...lanes.flatMap((lane, i) => laneDrawn(wanted, lane, { ...area, top: area.top + area.height + 5 + i * LANE_PX }, x)),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="12">${parts.join('')}</svg>`
}

/** A picture as pixels, twice as fine as on a plain screen. */
export async function rasterised(svg: string, width: number, height: number): Promise<Blob> {
  const image = new Image(width, height)
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [width * FINENESS, height * FINENESS]
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be drawn.')))))
}

const FINENESS = 2

interface Area {
  left: number
  top: number
  width: number
  height: number
}

interface Axis {
  name: AxisName
  y: (v: number) => number
  grid: { y: number; label: string }[]
  unit: string
}

function axisOf({ lines, source, view, unit }: Wanted, name: AxisName, area: Area): Axis {
  const isGravity = name === 'gravity'
  const range = isGravity
    ? new YRange({ shown: (sg) => sg, stored: (sg) => sg, least: 0.01, empty: 1 })
    : new YRange({ shown: (c) => fromCelsius(c, unit), stored: (v) => toCelsius(v, unit), least: differenceFromCelsius(2, unit) })
  for (const line of lines.filter((one) => one.axis === name)) {
    const column = source.column(line.series)
    const found = column && extremes(column, view.from, view.to)
    if (found) range.include(...found)
  }
  const { min, max, lines: values, step } = range.ends()
  const y = (v: number) => area.top + (1 - (v - min) / (max - min)) * area.height
  const say = (v: number) => (isGravity ? fixed(v, 3) : bareTemperature(v, unit, decimalsOf(step)))
  return { name, y, grid: values.map((value) => ({ y: y(value), label: say(value) })), unit: isGravity ? 'SG' : unitSign(unit) }
}

function head({ title, sub, lines, colour }: Wanted): string[] {
  let x = LEFT_PX
  const legend = lines.flatMap((line) => {
    const { colour: role, dash, width } = DRAWN[line.look]
    const key = `<line x1="${x}" x2="${x + 20}" y1="58" y2="58" stroke="${colour(role)}" stroke-width="${Math.max(1.6, width)}"${dashOf(dash)}/>`
    const name = text(x + 26, 62, line.label, colour('--ink-2'))
    x += 44 + line.label.length * 7.4
    return [key, name]
  })
  return [text(LEFT_PX, 26, title, colour('--ink'), { size: 17, weight: 650 }), text(LEFT_PX, 43, sub, colour('--ink-3')), ...legend]
}

function times({ view, zone, colour, lanes, height }: Wanted, area: Area, x: (t: number) => number): string[] {
  const apart = ((view.to - view.from) / area.width) * APART_PX
  return timeTicks(view.from, view.to, apart, zone).flatMap(({ t, label }) => {
    const place = x(t)
    const bottom = area.top + area.height + lanes.length * LANE_PX
    return [`<line x1="${at(place)}" x2="${at(place)}" y1="${area.top}" y2="${bottom}" stroke="${colour('--line')}"/>`, text(place, height - 10, label, colour('--ink-3'), { anchor: 'middle' })]
  })
}

function axisDrawn({ colour }: Wanted, axis: Axis, area: Area): string[] {
  const isGravity = axis.name === 'gravity'
  const [x, anchor, role] = isGravity ? [area.left + area.width + 8, 'start' as const, '--gravity'] : [area.left - 8, 'end' as const, '--ink-3']
  const grid = isGravity ? [] : axis.grid.map(({ y }) => `<line x1="${area.left}" x2="${area.left + area.width}" y1="${at(y)}" y2="${at(y)}" stroke="${colour('--line')}"/>`)
  const labels = axis.grid.map(({ y, label }) => text(x, y + 4, label, colour(role), { anchor }))
  return [...grid, ...labels, text(x, area.top - 13, axis.unit, colour(isGravity ? role : '--ink-2'), { anchor, weight: 600 })]
}

/** Grey where the first line has nothing to say. */
function silence({ lines, source, view, now, colour }: Wanted, area: Area, x: (t: number) => number): string[] {
  const column = lines[0] && source.column(lines[0].series)
  if (!column) return []
  return gapsOf(column, view.from, view.to, now).map((gap) => {
    const left = Math.max(area.left, x(gap.from))
    return `<rect x="${at(left)}" y="${area.top}" width="${at(Math.max(1, Math.min(area.left + area.width, x(gap.to)) - left))}" height="${area.height}" fill="${colour('--sunken')}"/>`
  })
}

function lineDrawn({ source, colour, now }: Wanted, line: Line, ground: Ground): string[] {
  const column = source.column(line.series)
  if (!column) return []
  const { colour: role, dash, width, halo, band } = DRAWN[line.look]
  const path = line.step ? pathOf((pen) => drawSteps(pen, column, ground, now)) : pathOf((pen) => drawLine(pen, column, ground))
  const stroke = (colourOf: string, wide: number, dashed = '') => `<path d="${path}" fill="none" stroke="${colourOf}" stroke-width="${wide}" stroke-linejoin="round"${dashed}/>`
  return [
    ...(band ? [`<path d="${pathOf((pen) => drawBand(pen, column, ground))}" fill="${colour(role)}" fill-opacity="0.18"/>`] : []),
    ...(halo ? [stroke(colour('--surface'), halo)] : []),
    stroke(colour(role), width, dashOf(dash)),
  ]
}

function laneDrawn({ source, view, now, colour }: Wanted, lane: Lane, area: Area, x: (t: number) => number): string[] {
  const column = source.column(lane.series)
  const fill = colour(lane.look === 'heat' ? '--heat-fill' : '--cool-fill')
  const tall = LANE_PX - 5
  const runs = column ? drawable(runsOf(column, lane.share, view.from, Math.min(view.to, now ?? Infinity), now), (view.to - view.from) / area.width) : []
  return [
    `<rect x="${area.left}" y="${area.top}" width="${area.width}" height="${tall}" rx="2" fill="${colour('--sunken')}"/>`,
    text(area.left - 8, area.top + tall - 1, lane.label, colour('--ink-3'), { anchor: 'end' }),
    ...runs.map((run) => {
      const high = Math.max(2, tall * run.share)
      return `<rect x="${at(x(run.from))}" y="${at(area.top + tall - high)}" width="${at(Math.max(LEAST_PX, x(run.to) - x(run.from)))}" height="${at(high)}" fill="${fill}"/>`
    }),
  ]
}

function pathOf(draw: (pen: Pen & { closePath(): void }) => void): string {
  let d = ''
  draw({
    moveTo: (x, y) => (d += `M${at(x)} ${at(y)}`),
    lineTo: (x, y) => (d += `L${at(x)} ${at(y)}`),
    closePath: () => (d += 'Z'),
  })
  return d
}

function text(x: number, y: number, words: string, fill: string, { size = 12, weight = 500, anchor = 'start' }: { size?: number; weight?: number; anchor?: 'start' | 'middle' | 'end' } = {}): string {
  return `<text x="${at(x)}" y="${at(y)}" fill="${fill}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function dashOf(dash: readonly number[] | undefined): string {
  return dash ? ` stroke-dasharray="${dash.join(' ')}"` : ''
}

const at = (place: number) => String(Math.round(place * 10) / 10)
