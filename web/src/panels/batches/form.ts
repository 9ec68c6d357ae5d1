import type { BatchPlan } from '../../state/brews.svelte'
import type { Batch } from '../../state/server'
import { batches as words } from '../../text/batches'
import { fixed, typed } from '../../units/round'

/** What stands in the fields of a batch, as typed. */
export interface Typed {
  name: string
  vessel: string
  style: string
  yeast: string
  volume: string
  original: string
  target: string
}

export type Wrong = Partial<Record<keyof Typed, string>>

const LEAST_SG = 0.98
const GREATEST_SG = 1.2

const EMPTY: Typed = { name: '', vessel: '', style: '', yeast: '', volume: '', original: '', target: '' }

export function typedOf(batch: Batch | null): Typed {
  if (batch === null) return EMPTY
  const { name, vessel, style, yeast } = batch
  return {
    name,
    vessel: vessel ?? '',
    style,
    yeast,
    volume: plain(batch.volume_l, 1),
    original: plain(batch.original_gravity, 3),
    target: plain(batch.target_gravity, 3),
  }
}

/** What is wrong with what was typed, field by field. */
export function wrongIn(fields: Typed, needsVessel: boolean): Wrong {
  const wrong: Wrong = {}
  if (!fields.name.trim()) wrong.name = words.needsName
  if (needsVessel && !fields.vessel) wrong.vessel = words.needsVessel
  const volume = wrongNumber(fields.volume, 0, Infinity, words.volumeOdd)
  if (volume) wrong.volume = volume
  for (const name of ['original', 'target'] as const) {
    const found = wrongNumber(fields[name], LEAST_SG, GREATEST_SG, words.gravityOdd)
    if (found) wrong[name] = found
  }
  return wrong
}

/** The batch that was typed; an empty field is nothing. Only for what is not wrong. */
export function planOf(fields: Typed): BatchPlan {
  return {
    name: fields.name.trim(),
    vessel: fields.vessel || null,
    style: fields.style.trim(),
    yeast: fields.yeast.trim(),
    volume_l: typed(fields.volume),
    original_gravity: typed(fields.original),
    target_gravity: typed(fields.target),
  }
}

/** What of a plan is other than before. */
export function changesIn(before: BatchPlan, after: BatchPlan): Partial<BatchPlan> {
  const names = Object.keys(after) as (keyof BatchPlan)[]
  return Object.fromEntries(names.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]))
}

function wrongNumber(text: string, least: number, greatest: number, odd: string): string | null {
  if (!text.trim()) return null
  const value = typed(text)
  if (value === null) return words.notANumber
  return value > least && value < greatest ? null : odd
}

function plain(value: number | null, decimals: number): string {
  return value === null ? '' : fixed(value, decimals)
}
