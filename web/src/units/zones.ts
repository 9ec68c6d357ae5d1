import { isZone } from './zone'

const UTC = 'UTC'

/** Every zone this browser knows, and those that are asked for besides, in the order of their names. */
export function zones(...besides: readonly (string | null)[]): string[] {
  const wanted = besides.filter((zone): zone is string => zone !== null && isZone(zone))
  return [...new Set([...Intl.supportedValuesOf('timeZone'), UTC, ...wanted])].sort()
}

/** The zone of this browser's own clock. */
export function zoneHere(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined
  return zone && isZone(zone) ? zone : UTC
}

/** Where people measure in °F, as far as the language of the browser tells. */
export function isFahrenheit(language: string): boolean {
  return FAHRENHEIT.has(language.split('-')[1]?.toUpperCase() ?? '')
}

/** CLDR, supplemental measurement data: regions whose weather is in °F. */
const FAHRENHEIT = new Set(['US', 'BS', 'BZ', 'KY', 'PR', 'PW', 'GU', 'VI', 'AS', 'MH', 'FM', 'MP'])
