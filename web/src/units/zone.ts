/** Local calendar of a site: what its clocks show at an instant, and the instant at which they show it. */
export interface Wall {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What the clocks of `zone` show at `ms`. Months count from 1. */
export function wallAt(ms: number, zone: string): Wall {
  const at: Record<string, number> = {}
  for (const { type, value } of clock(zone).formatToParts(ms)) at[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at
  return { year, month, day, hour: hour % 24, minute, second }
}

/** How far the clocks of `zone` are ahead of UTC at `ms`, milliseconds. */
export function offsetAt(ms: number, zone: string): number {
  const whole = Math.floor(ms / 1000) * 1000
  return utcOf(wallAt(whole, zone)) - whole
}

/** The first instant at which the clocks of `zone` show this; in the missing spring hour, as long after the jump. */
export function instantOf(wall: Wall, zone: string): number {
  const asUtc = utcOf(wall)
  const early = asUtc - offsetAt(asUtc - DAY_MS, zone)
  const late = asUtc - offsetAt(asUtc + DAY_MS, zone)
  const shows = [early, late].filter((at) => at + offsetAt(at, zone) === asUtc)
  return shows.length ? Math.min(...shows) : Math.max(early, late)
}

/** Midnight at the start of the local day that is `days` after the one of `ms`. */
export function midnight(ms: number, zone: string, days = 0): number {
  const { year, month, day } = wallAt(ms, zone)
  return instantOf({ year, month, day: day + days, hour: 0, minute: 0, second: 0 }, zone)
}

/** True for a name the browser can tell the time of. */
export function isZone(zone: string): boolean {
  try {
    clock(zone)
    return true
  } catch (failure) {
    if (failure instanceof RangeError) return false
    throw failure
  }
}

const DAY_MS = 86_400_000

function utcOf({ year, month, day, hour, minute, second }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function clock(zone: string): Intl.DateTimeFormat {
  let found = clocks.get(zone)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...NUMERIC })
    clocks.set(zone, found)
  }
  return found
}

const NUMERIC = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const
