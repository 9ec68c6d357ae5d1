import type { Corner } from '../state/timeline'
import type { View } from './view'

/** What is expected, as columns of instants and °C, with marks upon it. */
export interface Band {
  t: readonly number[]
  low: readonly number[]
  mean: readonly number[]
  high: readonly number[]
  marks: readonly Corner[]
}

/** A line of a band as far as it is seen, with a corner beyond either edge. */
export function lineWithin(t: readonly number[], values: readonly number[], { from, to }: View): Corner[] {
  return t.flatMap((at, i) => ((t[i + 1] ?? at) >= from && (t[i - 1] ?? at) <= to ? [{ t: at, c: values[i] ?? NaN }] : []))
}

/** The area between low and high: there along the one and back along the other. */
export function areaWithin(band: Band, view: View): Corner[] {
  const [low, high] = [lineWithin(band.t, band.low, view), lineWithin(band.t, band.high, view)]
  return [...high, ...low.reverse()]
}
