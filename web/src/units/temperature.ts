import { fixed, round, signed } from './round'

export type TemperatureUnit = 'C' | 'F'

const SIGNS: Record<TemperatureUnit, string> = { C: '°C', F: '°F' }
const F_PER_C = 1.8
const F_AT_0_C = 32

/** The no-break space between a number and its unit. */
export const NBSP = '\u00a0'

export function unitSign(unit: TemperatureUnit): string {
  return SIGNS[unit]
}

/** A temperature in °C as a number in the person's unit. */
export function fromCelsius(celsius: number, unit: TemperatureUnit): number {
  return unit === 'F' ? celsius * F_PER_C + F_AT_0_C : celsius
}

/** A temperature in the person's unit as °C. */
export function toCelsius(value: number, unit: TemperatureUnit): number {
  return unit === 'F' ? (value - F_AT_0_C) / F_PER_C : value
}

/** A difference of temperatures has no offset. */
export function differenceFromCelsius(celsius: number, unit: TemperatureUnit): number {
  return unit === 'F' ? celsius * F_PER_C : celsius
}

/** "19.2": a temperature without its unit. */
export function bareTemperature(celsius: number, unit: TemperatureUnit, decimals = 1): string {
  return fixed(fromCelsius(celsius, unit), decimals)
}

/** "19.2 °C" */
export function temperature(celsius: number, unit: TemperatureUnit): string {
  return bareTemperature(celsius, unit) + NBSP + SIGNS[unit]
}

/** "0.3 °C": how far apart two temperatures are, without a sign. */
export function difference(celsius: number, unit: TemperatureUnit): string {
  return fixed(Math.abs(differenceFromCelsius(celsius, unit)), 1) + NBSP + SIGNS[unit]
}

/** "+0.3": a difference with its sign, without its unit. */
export function bareDifference(celsius: number, unit: TemperatureUnit): string {
  return signed(differenceFromCelsius(celsius, unit), 1)
}

/** True when two temperatures read the same to this person. */
export function looksEqual(a: number, b: number, unit: TemperatureUnit): boolean {
  return round(fromCelsius(a, unit), 1) === round(fromCelsius(b, unit), 1)
}
