import type { JournalEntry } from '../../state/server'
import { dayAndTime, instant } from '../../units/time'
import { midnight, wallAt } from '../../units/zone'

/** The lines of one day of the site. */
export interface Day {
  /** The instant the day began. */
  key: number
  title: string
  lines: { at: number; entry: JournalEntry }[]
}

/** Lines, newest first, by the day of the site they belong to. */
export function days(lines: readonly JournalEntry[], now: number, zone: string): Day[] {
  const found: Day[] = []
  for (const entry of lines) {
    const at = instant(entry.at)
    if (at === null) continue
    const last = found.at(-1)
    if (last && at >= last.key) last.lines.push({ at, entry })
    else found.push({ key: midnight(at, zone), title: titleOf(at, now, zone), lines: [{ at, entry }] })
  }
  return found
}

/** "Fri 20 Nov", with the year when it is not this one. */
function titleOf(at: number, now: number, zone: string): string {
  const day = dayAndTime(at, zone).split(',')[0] ?? ''
  const { year } = wallAt(at, zone)
  return year === wallAt(now, zone).year ? day : `${day} ${year}`
}
