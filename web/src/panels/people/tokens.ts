import { instantOf } from '../../units/zone'

/** Names with commas between, as a list; nothing is everything. */
export function adaptersIn(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  const given = [...new Set(names.filter((name) => name !== ''))]
  return given.length ? given : ['*']
}

/** The end of a day of the site as an instant for the server, or null when there is no day. */
export function endOfDay(day: string, zone: string): string | null {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return null
  return new Date(instantOf({ year, month, day: date + 1, hour: 0, minute: 0, second: 0 }, zone) - 1).toISOString()
}
