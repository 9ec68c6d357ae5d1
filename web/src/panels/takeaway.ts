import type { View } from '../charts/view'
import { dayField } from './batches/moment'

/** Where the readings of a stretch are, as a file: as corrected, times in UTC. */
export function exportAddress(series: readonly string[], { from, to }: View): string {
  const query = new URLSearchParams([...new Set(series)].map((id) => ['series', id]))
  query.set('from', String(Math.floor(from)))
  query.set('to', String(Math.ceil(to)))
  query.set('format', 'csv')
  return `/api/v1/export?${query.toString()}`
}

/** "north-freezer-2026-11-17-2026-11-20.png" */
export function fileName(title: string, { from, to }: View, zone: string, ending: string): string {
  const name = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'krausen'
  const days = [...new Set([dayField(from, zone), dayField(to, zone)])]
  return `${[name, ...days].join('-')}.${ending}`
}

/** Gives a file to the browser to keep. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
