import type { Why } from '../../state/why.svelte'
import { past } from '../../text/why'
import { clockTime, dayAndTime, instant, sameDay } from '../../units/time'
import { instantOf, wallAt } from '../../units/zone'

/** Where the address of the page says which time is asked for. */
export const WORD = 'why'

const FIELD = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/

/** The time that an address asks for, epoch milliseconds; null where it asks for none. */
export function momentIn(query: URLSearchParams): number | null {
  return instant(query.get(WORD) || null)
}

/** What the address says of a time. */
export function momentSaid(at: number): string {
  return new Date(at).toISOString()
}

/** "at 03:12", and on another day "at 03:12 on Fri 20 Nov". */
export function whenSaid(at: number, now: number, zone: string): string {
  return past.at(clockTime(at, zone), sameDay(at, now, zone) ? '' : (dayAndTime(at, zone).split(',')[0] ?? ''))
}

/** What a field for day and time shows, on the clocks of the site. */
export function fieldOf(at: number, zone: string): string {
  const { year, month, day, hour, minute } = wallAt(at, zone)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`
}

/** The time that a field shows; null while it shows none. */
export function fieldAt(text: string, zone: string): number | null {
  const found = FIELD.exec(text)
  if (!found) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = found.slice(1).map(Number)
  return instantOf({ year, month, day, hour, minute, second: 0 }, zone)
}

/** The question that a reason answers: what ran, or what was wanted and did not, or nothing. */
export function questionOf(reason: Why, when: string): string {
  const { heat, cool, observed, occasion } = reason
  if (occasion === 'end') return past.known(when)
  if (observed.heat) return past.heater(when)
  if (observed.cool) return past.cooler(when)
  if (heat > 0 || cool > 0) return isBlind(reason) ? past.known(when) : past.waited(when)
  return past.nothing(when)
}

/** Nobody saw whether what was wanted ran. */
function isBlind({ heat, cool, observed }: Why): boolean {
  return (heat > 0 && observed.heat === null) || (cool > 0 && observed.cool === null)
}
