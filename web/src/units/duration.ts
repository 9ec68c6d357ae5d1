import { units } from '../text/units'
import { NBSP } from './temperature'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
const FRESH_S = 10

/** "40 s", "4 min", "2 h 10 min", "3 d 4 h": two parts at most, never rounded up. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < MINUTE_S) return part(whole, units.second)
  if (whole < HOUR_S) return part(Math.floor(whole / MINUTE_S), units.minute)
  if (whole < DAY_S) return parts(whole, HOUR_S, units.hour, MINUTE_S, units.minute)
  return parts(whole, DAY_S, units.day, HOUR_S, units.hour)
}

/** The larger part alone: "2 h". */
export function roughly(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < HOUR_S) return duration(whole)
  return whole < DAY_S ? part(Math.floor(whole / HOUR_S), units.hour) : part(Math.floor(whole / DAY_S), units.day)
}

/** How old something is: "now" up to ten seconds, then one part; null from a day on, when a date says more. */
export function age(seconds: number): string | null {
  if (seconds < FRESH_S) return units.now
  return seconds < DAY_S ? roughly(seconds) : null
}

function parts(whole: number, large: number, largeName: string, small: number, smallName: string): string {
  const first = part(Math.floor(whole / large), largeName)
  const rest = Math.floor((whole % large) / small)
  return rest === 0 ? first : `${first}${NBSP}${part(rest, smallName)}`
}

function part(count: number, name: string): string {
  return `${count}${NBSP}${name}`
}
