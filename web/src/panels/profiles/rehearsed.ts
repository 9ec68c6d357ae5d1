import type { Band } from '../../charts/band'
import type { Rehearsal } from '../../state/server'
import { rehearsal as words } from '../../text/rehearsal'
import { instant } from '../../units/time'
import { lengthSaid } from './length'
import type { Placed } from '../../state/timeline'

/** A step that is late by less than this is in time: a quarter of an hour is nothing to beer. */
export const IN_TIME_H = 0.25

export type Fate = 'in time' | 'late' | 'missed' | 'over'

/** How each step fared: those that were over before the rehearsal began are told apart from those never reached. */
export function fatesOf({ t, steps }: Pick<Rehearsal, 't' | 'steps'>, places: readonly Placed[]): Fate[] {
  const from = t[0] ?? 0
  return steps.map(({ late_h }, at): Fate => {
    if (late_h !== null) return late_h < IN_TIME_H ? 'in time' : 'late'
    return (places[at]?.end ?? Infinity) <= from ? 'over' : 'missed'
  })
}

/** What became of a step, in two or three words. */
export function fateSaid(fate: Fate, late_h: number | null): string {
  if (fate === 'late') return words.late(lengthSaid(roughly(late_h ?? 0)))
  return { 'in time': words.inTime, missed: words.missed, over: words.over }[fate]
}

/** The whole in one sentence. */
export function sentence(fates: readonly Fate[], vessel: string): string {
  const missed = fates.filter((fate) => fate === 'missed').length
  const late = fates.filter((fate) => fate === 'late').length
  if (missed) return words.someMissed(vessel, missed)
  return late ? words.someLate(vessel, late) : words.allReached(vessel)
}

/** What the chart draws of a rehearsal. A step that is reached is marked where the beer then is. */
export function bandOf({ t, beer, steps }: Rehearsal): Band {
  const marks = steps.flatMap(({ reached_at }) => {
    const at = instant(reached_at)
    return at === null ? [] : [{ t: at, c: between(t, beer.mean, at) }]
  })
  return { t, low: beer.low, mean: beer.mean, high: beer.high, marks }
}

/** Half of the middle width of the band, °C. */
export function halfWidth({ low, high }: Rehearsal['beer']): number {
  const widths = low.map((one, at) => (high[at] ?? one) - one).sort((a, b) => a - b)
  return (widths[Math.floor(widths.length / 2)] ?? 0) / 2
}

/** To a quarter of an hour, and from six hours on to the hour: nobody knows it better. */
function roughly(hours: number): number {
  return hours < 6 ? Math.round(hours * 4) / 4 : Math.round(hours)
}

function between(t: readonly number[], values: readonly number[], at: number): number {
  const after = t.findIndex((one) => one >= at)
  const [before, next] = [values[after - 1], values[after] ?? values.at(-1) ?? 0]
  const [from, to] = [t[after - 1], t[after]]
  if (before === undefined || from === undefined || to === undefined) return next
  return before + ((next - before) * (at - from)) / (to - from)
}
