import type { Batch } from '../../state/server'
import { batches as words } from '../../text/batches'
import { fixed } from '../../units/round'
import { gravity } from '../../units/quantity'
import { NBSP } from '../../units/temperature'
import { instant } from '../../units/time'

export type Which = 'all' | 'running' | 'finished' | 'imported' | 'bin'
export const WHICH: readonly Which[] = ['all', 'running', 'finished', 'imported', 'bin']
/** More lines than these cannot be told apart. */
export const MOST = 6

/** The choice that an address asks for. */
export function whichOf(word: string | null): Which {
  return WHICH.find((one) => one === word) ?? 'all'
}

/** Whether a batch that is not in the bin is one of those. */
export function fits(batch: Batch, which: Which): boolean {
  if (which === 'running') return batch.state === 'running' || batch.state === 'paused'
  if (which === 'finished') return batch.state === 'finished'
  return which === 'all' || batch.source !== ''
}

/** Days for which a batch lies in the bin. */
const BIN_DAYS = 30

/** When a batch in the bin is gone for good. */
export function goneAt({ deleted_at }: Batch): number | null {
  const at = instant(deleted_at)
  return at === null ? null : at + BIN_DAYS * 86_400_000
}

const RANKS: Record<Batch['state'], number> = { running: 0, paused: 0, planned: 1, finished: 2 }

/** What runs comes first, then what is planned, then what is over; the latest first in each. */
export function ordered(batches: readonly Batch[]): Batch[] {
  const start = (batch: Batch) => instant(batch.started_at) ?? Infinity
  return [...batches].sort((a, b) => RANKS[a.state] - RANKS[b.state] || compared(start(b), start(a)) || a.name.localeCompare(b.name))
}

function compared(a: number, b: number): number {
  return a === b ? 0 : a - b
}

/** Ticks or unticks one; nothing happens beyond the most there may be. */
export function ticked(chosen: readonly string[], id: string): string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id)
  return chosen.length < MOST ? [...chosen, id] : [...chosen]
}

/** "1.052 – 1.011", with a dash for what nobody knows; null when neither is known. */
export function gravitySpan(batch: Batch): string | null {
  const [from, to] = [originalOf(batch), batch.latest_gravity]
  if (from === null && to === null) return null
  if (to === null) return gravitySaid(from)
  return words.gravitySpan(gravitySaid(from), gravitySaid(to))
}

function gravitySaid(value: number | null): string {
  return value === null ? '–' : gravity(value)
}

/** The gravity before fermentation: what was written down, else what was measured first. */
export function originalOf(batch: Batch): number | null {
  return batch.original_gravity ?? batch.first_gravity
}

/** "99.2 %" of a number of per cent: never rounded up to all of it. */
export function completeSaid(percent: number | null): string | null {
  if (percent === null) return null
  return percent >= 100 ? percentSaid(100, 0) : percentSaid(Math.floor(percent * 10) / 10, 1)
}

export function percentSaid(percent: number, decimals: number): string {
  return fixed(percent, decimals) + NBSP + '%'
}

/** Facts in the order in which they are read, without those that nobody knows. */
export function factsOf(batch: Batch): { name: string; value: string }[] {
  const { target_gravity, abv, attenuation, volume_l } = batch
  const [original, latest] = [originalOf(batch), batch.latest_gravity]
  const latestName = batch.state === 'finished' ? words.gravityLast : words.gravityNow
  const facts: [string, string | null][] = [
    [words.originalGravity, original === null ? null : gravity(original)],
    [latestName, latest === null ? null : gravity(latest)],
    [words.targetGravity, target_gravity === null ? null : gravity(target_gravity)],
    [words.alcohol, abv === null ? null : percentSaid(abv, 1)],
    [words.attenuation, attenuation === null ? null : percentSaid(attenuation, 0)],
    [words.complete, completeSaid(batch.completeness)],
    [words.style, batch.style],
    [words.yeast, batch.yeast],
    [words.volume, volume_l === null ? null : fixed(volume_l, 1) + NBSP + words.litres],
    [words.source, batch.source],
  ]
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []))
}
