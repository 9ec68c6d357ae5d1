import type { Source } from '../charts/series'

const DAY_MS = 86_400_000
const LEAST_MS = 6 * 3_600_000

/** How much gravity falls a day, by the first and last tenth of what is held; null when too little is known. */
export function slopeADay(source: Source, gravity: string | undefined): number | null {
  const column = gravity === undefined ? undefined : source.column(gravity)
  const rows = column?.mean.map((v, i) => ({ v, t: column.t[i] ?? 0 })).filter(({ v }) => !Number.isNaN(v)) ?? []
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last || last.t - first.t < LEAST_MS) return null
  const tenth = Math.max(1, Math.floor(rows.length / 10))
  const [early, late] = [middle(rows.slice(0, tenth)), middle(rows.slice(-tenth))]
  return ((early.v - late.v) / (late.t - early.t)) * DAY_MS
}

function middle(rows: readonly { v: number; t: number }[]): { v: number; t: number } {
  const sum = rows.reduce((all, row) => ({ v: all.v + row.v, t: all.t + row.t }), { v: 0, t: 0 })
  return { v: sum.v / rows.length, t: sum.t / rows.length }
}
