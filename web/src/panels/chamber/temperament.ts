import type { Vessel } from '../../state/server'
import { chamber as words, CONSEQUENCES } from '../../text/chamber'
import { fixed } from '../../units/round'
import { differenceFromCelsius, NBSP, type TemperatureUnit, unitSign } from '../../units/temperature'

/** The algorithm that learns. */
export const LEARNING = 'learning'

export type Temperament = keyof typeof CONSEQUENCES

export const TEMPERAMENTS = Object.keys(CONSEQUENCES) as Temperament[]
const USUAL: Temperament = 'balanced'

/** One consequence of a temperament, with its part of the greatest among them. */
export interface Consequence {
  label: string
  said: string
  share: number
}

/** What a vessel is set to; the usual one where nobody chose. */
export function temperamentOf({ settings }: Pick<Vessel, 'settings'>): Temperament {
  const chosen = settings['temperament']
  return TEMPERAMENTS.find((one) => one === chosen) ?? USUAL
}

/** What is set again when a choice is taken back: what stood there, or nothing. */
export function undoOf({ settings }: Pick<Vessel, 'settings'>): { temperament: unknown } {
  return { temperament: settings['temperament'] ?? null }
}

export function consequencesOf(temperament: Temperament, unit: TemperatureUnit): Consequence[] {
  const { rmseC, startsADay, kwhADay } = CONSEQUENCES[temperament] as { rmseC: number; startsADay: number; kwhADay: number | null }
  const greatest = (of: (one: (typeof CONSEQUENCES)[Temperament]) => number | null) => Math.max(...TEMPERAMENTS.map((one) => of(CONSEQUENCES[one]) ?? 0))
  const off = fixed(differenceFromCelsius(rmseC, unit), 2) + NBSP + unitSign(unit)
  return [
    { label: words.close, said: off, share: rmseC / greatest((one) => one.rmseC) },
    { label: words.starts, said: String(startsADay), share: startsADay / greatest((one) => one.startsADay) },
    ...(kwhADay === null ? [] : [{ label: words.energy, said: fixed(kwhADay, 1), share: kwhADay / greatest((one) => one.kwhADay) }]),
  ]
}
