import type { Vessel } from '../../state/server'
import { chamber as words, CONSEQUENCES, type Consequences } from '../../text/chamber'
import { percent } from '../../units/quantity'
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

/** What was measured of a temperament. */
export function consequencesOf(temperament: Temperament, unit: TemperatureUnit): Consequence[] {
  const told: readonly [string, keyof Consequences, (value: number) => string][] = [
    [words.close, 'rmseC', (value) => fixed(differenceFromCelsius(value, unit), 2) + NBSP + unitSign(unit)],
    [words.starts, 'startsADay', (value) => fixed(value, 0)],
    [words.energy, 'energyOfBrewPi', percent],
  ]
  return told.flatMap(([label, field, said]) => {
    const value = CONSEQUENCES[temperament][field]
    const greatest = Math.max(...TEMPERAMENTS.map((one) => CONSEQUENCES[one][field] ?? 0))
    return value === null ? [] : [{ label, said: said(value), share: value / greatest }]
  })
}
