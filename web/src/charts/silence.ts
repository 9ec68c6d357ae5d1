import { words } from '../text'
import { clockTime, dayAndTime, sameDay } from '../units/time'
import type { Silence } from './series'

interface Saying {
  /** In words, empty while not known. */
  cause: string
  /** It is the line that the chart is of, whose name goes without saying. */
  isFirst: boolean
  zone: string
}

/** "No readings from 02:10 to 04:20: the agent was away" */
export function gapSaid({ line, from, to }: Silence, { cause, isFirst, zone }: Saying): string {
  const said = sameDay(from, to, zone) ? clockTime : dayAndTime
  return words.chart.gapFrom(isFirst ? '' : line.label, said(from, zone), said(to, zone), cause)
}
