import { midnight, wallAt } from './zone'

const DAY_MS = 86_400_000
const NEAR_DAYS = 6

/** Reads an ISO 8601 time or epoch milliseconds; null when there is none. */
export function instant(time: string | number | null | undefined): number | null {
  if (time === null || time === undefined) return null
  const ms = typeof time === 'number' ? time : Date.parse(time)
  return Number.isFinite(ms) ? ms : null
}

/** "18:42" */
export function clockTime(ms: number, zone: string): string {
  return format(ms, zone, { hour: '2-digit', minute: '2-digit' })
}

/** "18:42:07" */
export function clockSeconds(ms: number, zone: string): string {
  return format(ms, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

/** "18:42" today, "Fri 18:42" within six days, then "17 Nov", and "17 Nov 2025" in another year. */
export function stamp(ms: number, now: number, zone: string): string {
  if (sameDay(ms, now, zone)) return clockTime(ms, zone)
  if (Math.abs(now - ms) < NEAR_DAYS * DAY_MS) return `${weekday(ms, zone)} ${clockTime(ms, zone)}`
  return date(ms, now, zone)
}

/** "17 Nov", with the year when it is not this one. */
export function date(ms: number, now: number, zone: string): string {
  const { year, day } = wallAt(ms, zone)
  const short = `${day} ${format(ms, zone, { month: 'short' })}`
  return year === wallAt(now, zone).year ? short : `${short} ${year}`
}

/** "Fri 20 Nov, 18:42" */
export function dayAndTime(ms: number, zone: string): string {
  return `${weekday(ms, zone)} ${wallAt(ms, zone).day} ${format(ms, zone, { month: 'short' })}, ${clockTime(ms, zone)}`
}

/** Everything, for a tooltip: "Friday 20 November 2026 at 18:42:07 CET". */
export function fullTime(ms: number, zone: string): string {
  const { day, year } = wallAt(ms, zone)
  const named = `${format(ms, zone, { weekday: 'long' })} ${day} ${format(ms, zone, { month: 'long' })} ${year}`
  const zoneName = clock(zone, { timeZoneName: 'short' }).formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? zone
  return `${named} at ${clockSeconds(ms, zone)} ${zoneName}`
}

/** "Wed 18" */
export function dayLabel(ms: number, zone: string): string {
  return `${weekday(ms, zone)} ${wallAt(ms, zone).day}`
}

/** "Nov", or "2026" in January. */
export function monthLabel(ms: number, zone: string): string {
  const { month, year } = wallAt(ms, zone)
  return month === 1 ? String(year) : format(ms, zone, { month: 'short' })
}

function weekday(ms: number, zone: string): string {
  return format(ms, zone, { weekday: 'short' })
}

/** Which day of something that began at `start`: the day of the start is day 1, days change at local midnight. */
export function dayNumber(start: number, now: number, zone: string): number {
  return Math.round((midnight(now, zone) - midnight(start, zone)) / DAY_MS) + 1
}

/** True when two instants lie on the same day of the site. */
export function sameDay(a: number, b: number, zone: string): boolean {
  const [one, other] = [wallAt(a, zone), wallAt(b, zone)]
  return one.year === other.year && one.month === other.month && one.day === other.day
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(ms: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return clock(zone, options).format(ms)
}

/** Making one is slow, so each is made once. */
function clock(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options)
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options })
    formats.set(key, found)
  }
  return found
}
