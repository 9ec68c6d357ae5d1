import { instantOf, wallAt } from '../../units/zone'

/** "2026-11-20", as a field of dates wants it, in the zone of the site. */
export function dayField(ms: number, zone: string): string {
  const { year, month, day } = wallAt(ms, zone)
  return [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
}

/** The instant of a day and a time, with seconds or without, on the clock of `zone`; null when either cannot be read. */
export function momentOf(day: string, time: string, zone: string): number | null {
  const date = numbersOf(/^(\d{4})-(\d\d)-(\d\d)$/, day)
  const clock = numbersOf(/^(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?$/, time)
  if (!date || !clock) return null
  const [year, month, of] = date
  const [hour, minute, second] = clock
  const isClock = hour <= 23 && minute <= 59 && second <= 59
  return isClock ? instantOf({ year, month, day: of, hour, minute, second }, zone) : null
}

/** The three numbers that a pattern finds in a text; one that is left out counts as 0. */
function numbersOf(pattern: RegExp, text: string): [number, number, number] | null {
  const found = pattern.exec(text.trim())
  return found && [Number(found[1] ?? 0), Number(found[2] ?? 0), Number(found[3] ?? 0)]
}
