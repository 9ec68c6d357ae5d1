import { extremes } from '../../state/columns'
import type { Column } from '../../state/columns'
import { compare as words } from '../../text/compare'
import { duration } from '../../units/duration'
import { gravity } from '../../units/quantity'
import { fixed } from '../../units/round'
import { bareTemperature, NBSP, temperature, type TemperatureUnit } from '../../units/temperature'
import { completeSaid, originalOf, percentSaid } from '../batches/brew'
import type { Aligned } from './align'
import { peakSpeed } from './difference'

/** What is compared, fact by fact; facts that nobody knows of any batch are left out. */
export function rowsOf(items: readonly Aligned[], unit: TemperatureUnit): { name: string; values: (string | null)[] }[] {
  const facts: [string, (item: Aligned) => string | null][] = [
    [words.rows.original, ({ course }) => known(originalOf(course.batch), gravity)],
    [words.rows.last, (item) => known(item.course.batch.latest_gravity ?? lastOf(item.gravity), gravity)],
    [words.rows.alcohol, ({ course }) => known(course.batch.abv, (abv) => percentSaid(abv, 1))],
    [words.rows.attenuation, ({ course }) => known(course.batch.attenuation, (share) => percentSaid(share, 0))],
    [words.rows.length, ({ course }) => duration((course.to - course.from) / 1000)],
    [words.rows.speed, (item) => known(item.gravity && peakSpeed(item.gravity), (speed) => fixed(speed, 3))],
    [words.rows.mean, (item) => known(item.beer && meanOf(item.beer), (mean) => temperature(mean, unit))],
    [words.rows.span, (item) => spanSaid(item.beer, unit)],
    [words.rows.outOfBand, ({ course }) => known(course.report?.out_of_band_minutes ?? null, (minutes) => duration(minutes * 60))],
    [words.rows.energy, ({ course }) => known(course.report?.energy_kwh ?? null, (kwh) => `${fixed(kwh, 1)}${NBSP}kWh`)],
    [words.rows.yeast, ({ course }) => course.batch.yeast],
    [words.rows.complete, ({ course }) => completeSaid(course.batch.completeness)],
  ]
  return facts
    .map(([name, said]) => ({ name, values: items.map((item) => said(item) || null) }))
    .filter(({ values }) => values.some((value) => value !== null))
}

function known(value: number | null, said: (value: number) => string): string | null {
  return value === null ? null : said(value)
}

function lastOf(column: Column | null): number | null {
  return column?.mean.findLast((v) => !Number.isNaN(v)) ?? null
}

function meanOf({ mean }: Column): number | null {
  const values = mean.filter((v) => !Number.isNaN(v))
  return values.length ? values.reduce((sum, v) => sum + v, 0) / values.length : null
}

function spanSaid(column: Column | null, unit: TemperatureUnit): string | null {
  const found = column && extremes(column, -Infinity, Infinity)
  return found ? `${bareTemperature(found[0], unit)} – ${temperature(found[1], unit)}` : null
}
