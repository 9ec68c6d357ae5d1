import { alarmspage as text } from '../../text/alarmspage'

export type ShelfSpan = 'hour' | 'shift' | 'until'

const MINUTE_MS = 60_000
const MOST_MIN = 30 * 24 * 60
const FIXED_MIN = { hour: 60, shift: 8 * 60 } as const

/** For how many minutes an alarm is to be shelved, or what is wrong with the instant that was chosen. */
export function minutesOf(span: ShelfSpan, until: number | null, now: number): { minutes: number | null; fault: string | null } {
  if (span !== 'until') return { minutes: FIXED_MIN[span], fault: null }
  const minutes = until === null ? 0 : Math.round((until - now) / MINUTE_MS)
  if (minutes < 1) return { minutes: null, fault: text.badTime }
  return minutes > MOST_MIN ? { minutes: null, fault: text.tooLong } : { minutes, fault: null }
}
