import type { FileReport } from '../../state/importing.svelte'
import { importing as words } from '../../text/importing'

const DEGREES = new Set(['C', 'F'])

const MOST_ROWS = 5

type Preview = NonNullable<FileReport['preview']>
type Seen = Preview['rows'][number]

/** The columns as a format tells them, with one of them said otherwise: `NAME:KEY=WHAT,…`. */
export function remapped({ format, columns }: Preview, index: number, what: string): string {
  const said = columns.map((column, i) => `${keyOf(column.title, i)}=${i === index ? what : column.what}`)
  return `${format}:${said.join(',')}`
}

/** The same, with every temperature that was taken as °C in °F. */
export function inFahrenheit({ format, columns, mapping }: Preview): string {
  if (!mapping) return `${format}:unit=F`
  return `${format}:${columns.map((column, i) => `${keyOf(column.title, i)}=${column.what.replace(/:C$/, ':F')}`).join(',')}`
}

/** A title that has signs of the notation in it is named by its number instead. */
function keyOf(title: string, index: number): string {
  return title.trim() === '' || /[,=:]/.test(title) ? String(index + 1) : title
}

/** What a column may be, the present choice always among them. */
export function choicesOf(what: string): { value: string; label: string }[] {
  const values = words.offered.some((one) => one === what) ? words.offered : [what, ...words.offered]
  return values.map((value) => ({ value, label: words.whats[value] ?? labelOf(value) }))
}

function labelOf(value: string): string {
  const [metric = '', unit = ''] = value.split(':')
  return [metric, DEGREES.has(unit) ? `°${unit}` : unit].filter(Boolean).join(', ')
}

interface FirstRow {
  time: string
  cells: (Seen | undefined)[]
}

/** The first rows as they will be stored: a row an instant, a column a series; null where there are none. */
export function firstRows(seen: readonly Seen[]): { metrics: string[]; rows: FirstRow[] } | null {
  const metrics = [...new Set(seen.map((one) => one.metric))]
  const times = [...new Set(seen.map((one) => one.time))].slice(0, MOST_ROWS)
  const rows = times.map((time) => ({ time, cells: metrics.map((metric) => seen.find((one) => one.time === time && one.metric === metric)) }))
  return rows.length ? { metrics, rows } : null
}

/** Rows of all the logs in a file. */
export function sumOf(files: readonly FileReport[]): { rows: number; stored: number; repeated: number; skipped: number } {
  const sum = (count: (file: FileReport) => number) => files.reduce((all, file) => all + count(file), 0)
  return {
    rows: sum((file) => file.rows),
    stored: sum((file) => file.stored),
    repeated: sum((file) => file.repeated),
    skipped: sum((file) => file.skipped.length + (file.more_skipped ?? 0)),
  }
}
