import { units } from '../text/units'
import { fixed, round } from './round'
import { bareTemperature, differenceFromCelsius, NBSP, type TemperatureUnit, unitSign } from './temperature'

const CELSIUS = new Set(['°C', 'C', 'degC', 'celsius'])
const GRAVITY = new Set(['SG', 'sg'])

/** A value apart from its unit, for columns and for big numbers. */
export interface Shown {
  number: string
  unit: string
}

/** Any stored value in the person's units, with the decimals its quantity deserves. */
export function shown(value: number | null | undefined, unit: string, person: TemperatureUnit): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return { number: units.unknown, unit: '' }
  if (CELSIUS.has(unit)) return { number: bareTemperature(value, person), unit: unitSign(person) }
  if (GRAVITY.has(unit)) return { number: gravity(value), unit: 'SG' }
  return { number: plain(value), unit }
}

/** What a difference of one stored unit is in the person's own unit, and that unit's sign. */
export function differenceUnit(unit: string, person: TemperatureUnit): { factor: number; sign: string } {
  return CELSIUS.has(unit) ? { factor: differenceFromCelsius(1, person), sign: unitSign(person) } : { factor: 1, sign: GRAVITY.has(unit) ? 'SG' : unit }
}

/** "1.021" */
export function gravity(value: number): string {
  return fixed(value, 3)
}

/** "28 %" of a share from 0 to 1. */
export function percent(share: number): string {
  return fixed(share * 100, 0) + NBSP + '%'
}

function plain(value: number): string {
  const size = Math.abs(value)
  const decimals = size === 0 || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3
  return fixed(value, Math.min(decimals, needed(value)))
}

/** Whole numbers stay whole: a code 3 is not 3.00. */
function needed(value: number): number {
  for (const decimals of [0, 1, 2]) if (Math.abs(round(value, decimals) - value) < 1e-9) return decimals
  return 3
}
