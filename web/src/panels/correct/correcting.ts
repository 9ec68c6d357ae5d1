import { type Line, seriesOf } from '../../charts/series'
import type { View } from '../../charts/view'
import type { Column } from '../../state/columns'
import type { Correction, CorrectionKind } from '../../state/corrections.svelte'
import { correcting as words } from '../../text/correcting'
import { gravity } from '../../units/quantity'
import { signed, typed } from '../../units/round'
import { bareDifference, NBSP, temperature, type TemperatureUnit, toCelsius, unitSign } from '../../units/temperature'
import { instant } from '../../units/time'

/** What was typed as a stored value: a temperature, a difference of temperatures, or a gravity. Null when it is no number. */
export function storedValue(text: string, kind: CorrectionKind, axis: Line['axis'], unit: TemperatureUnit): number | null {
  const value = typed(text)
  if (value === null || axis === 'gravity') return value
  // A difference has no offset.
  return kind === 'shift' ? toCelsius(value, unit) - toCelsius(0, unit) : toCelsius(value, unit)
}

/** A column as it will be, and how many of its rows change. */
export function previewed(column: Column, { from, to }: View, kind: CorrectionKind, value: number | null): { column: Column; changed: number } {
  let changed = 0
  const change = (row: number, v: number): number => {
    const t = column.t[row] ?? 0
    if (t < from || t >= to || Number.isNaN(v)) return v
    if (kind === 'mask') return NaN
    return kind === 'shift' ? v + (value ?? 0) : (value ?? v)
  }
  column.t.forEach((t, row) => (changed += t >= from && t < to && !Number.isNaN(column.mean[row] ?? NaN) ? 1 : 0))
  const along = (values: readonly number[]) => values.map((v, row) => change(row, v))
  return { column: { ...column, min: along(column.min), mean: along(column.mean), max: along(column.max) }, changed }
}

/** The part of a column between two times, with the rows just outside, so that lines reach the edges. */
export function cut(column: Column, { from, to }: View): Column {
  const first = Math.max(0, column.t.findIndex((t) => t >= from) - 1)
  const after = column.t.findIndex((t) => t > to)
  const end = after < 0 ? column.t.length : after + 1
  const part = (values: readonly number[]) => values.slice(first, end)
  return { ...column, t: part(column.t), min: part(column.min), mean: part(column.mean), max: part(column.max) }
}

/** Corrections of these lines, in order of time, each in a few words. */
export function told(corrections: readonly Correction[], lines: readonly Line[], unit: TemperatureUnit): { correction: Correction; line: Line; from: number; to: number; what: string }[] {
  return corrections
    .flatMap((correction) => {
      const line = lines.find((one) => seriesOf([one]).includes(correction.series))
      const [from, to] = [instant(correction.from), instant(correction.to)]
      return line && from !== null && to !== null ? [{ correction, line, from, to, what: saidOf(correction, line, unit) }] : []
    })
    .sort((a, b) => a.from - b.from)
}

function saidOf({ kind, value }: Correction, line: Line, unit: TemperatureUnit): string {
  if (kind === 'mask' || value === null) return words.saids.mask(line.label)
  if (kind === 'replace') return words.saids.replace(line.label, line.axis === 'gravity' ? gravity(value) : temperature(value, unit))
  return words.saids.shift(line.label, line.axis === 'gravity' ? signed(value, 3) : bareDifference(value, unit) + NBSP + unitSign(unit))
}
