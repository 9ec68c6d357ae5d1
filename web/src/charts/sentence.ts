import { words } from '../text'
import { duration } from '../units/duration'
import { gravity } from '../units/quantity'
import { bareTemperature, temperature, type TemperatureUnit } from '../units/temperature'
import { extremes } from '../state/columns'
import { onSeconds, runsOf } from './lanes'
import { type Gap, gapsOf } from './lines'
import type { Lane, Line, Source } from './series'
import type { View } from './view'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const MOST_CAUSES = 5

interface Told {
  lines: readonly Line[]
  lanes: readonly Lane[]
  source: Source
  view: View
  now: number | null
  unit: TemperatureUnit
  /** What kept a line silent, in words, where that is known. */
  causeOf?: (line: Line, gap: Gap) => string | null
}

/** A chart in one sentence, for those who do not see it. */
export function sentenceOf(told: Told): string {
  const { view, now } = told
  const end = now === null ? view.to : Math.min(view.to, now)
  const span = spanSaid((end - view.from) / 1000)
  const lines = told.lines.filter((line) => !line.step).flatMap((line) => lineSaid(told, line, end))
  if (!lines.length) return words.chart.nothing(span)
  return words.chart.sentence(span, lines, [...told.lanes.flatMap((lane) => laneSaid(told, lane, end)), ...gapsSaid(told, end)])
}

/** A day is twenty-four hours, as on the button. */
function spanSaid(seconds: number): string {
  return Math.abs(seconds - DAY_S) < HOUR_S / 2 ? words.chart.range['24h'] : duration(seconds)
}

function lineSaid({ source, view, unit, now }: Told, line: Line, end: number): string[] {
  const column = source.column(line.series)
  const found = column && extremes(column, view.from, end)
  if (!column || !found) return []
  const bare = (value: number) => (line.axis === 'gravity' ? gravity(value) : bareTemperature(value, unit))
  const full = (value: number) => (line.axis === 'gravity' ? gravity(value) : temperature(value, unit))
  const said = words.chart.fromTo(line.label, bare(found[0]), full(found[1]))
  const newest = column.mean.at(-1)
  const isPresent = now !== null && view.to >= now && newest !== undefined && !Number.isNaN(newest)
  return [isPresent ? `${said}, ${words.chart.nowIs(bare(newest))}` : said]
}

function laneSaid({ source, view, now }: Told, lane: Lane, end: number): string[] {
  const column = source.column(lane.series)
  if (!column?.t.length) return []
  const time = duration(onSeconds(runsOf(column, lane.share, view.from, end, now)))
  return [lane.look === 'heat' ? words.chart.heated(time) : words.chart.cooled(time)]
}

/** The gaps of the first line, of which the longest tell their causes. */
function gapsSaid({ lines: [line], source, view, now, causeOf }: Told, end: number): string[] {
  const column = line && source.column(line.series)
  const gaps = column ? gapsOf(column, view.from, end, now) : []
  if (!line || !gaps.length) return []
  const causes = longest(gaps).map((gap) => causeOf?.(line, gap) ?? null)
  const total = gaps.reduce((sum, gap) => sum + Math.min(gap.to, end) - Math.max(gap.from, view.from), 0)
  return [words.chart.gaps(gaps.length, duration(total / 1000), [...new Set(causes)].filter((cause) => cause !== null))]
}

/** The longest gaps, in order of time: their causes are worth asking for. */
export function longest(gaps: readonly Gap[]): Gap[] {
  return [...gaps]
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, MOST_CAUSES)
    .sort((a, b) => a.from - b.from)
}
