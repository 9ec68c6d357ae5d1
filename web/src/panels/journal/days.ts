import type { JournalEntry } from '../../state/server'
import { dayAndTime, instant } from '../../units/time'
import { midnight, wallAt } from '../../units/zone'

/** Lines of one day of the site that follow each other. */
export interface Day {
  /** Tells it from all others; a day comes again where lines were written out of order. */
  key: string
  title: string
  lines: { at: number; entry: JournalEntry }[]
}

/** Lines in their order, with a new day wherever the day of the site is another one. */
export function days(lines: readonly JournalEntry[], now: number, zone: string): Day[] {
  const found: Day[] = []
  let [begin, end] = [NaN, NaN]
  for (const entry of lines) {
    const at = instant(entry.at)
    if (at === null) continue
    if (!(at >= begin && at < end)) {
      ;[begin, end] = [midnight(at, zone), midnight(at, zone, 1)]
      const title = titleOf(at, now, zone)
      found.push({ key: `${title}/${found.filter((day) => day.title === title).length}`, title, lines: [] })
    }
    found.at(-1)?.lines.push({ at, entry })
  }
  return found
}

/** "Fri 20 Nov", with the year when it is not this one. */
function titleOf(at: number, now: number, zone: string): string {
  const day = dayAndTime(at, zone).split(',')[0] ?? ''
  const { year } = wallAt(at, zone)
  return year === wallAt(now, zone).year ? day : `${day} ${year}`
}
