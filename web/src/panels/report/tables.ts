import type { BatchReport } from '../../state/report.svelte'
import { report as words } from '../../text/report'
import { duration } from '../../units/duration'
import { gravity, shown } from '../../units/quantity'
import { fixed } from '../../units/round'
import { differenceFromCelsius, NBSP, type TemperatureUnit, unitSign } from '../../units/temperature'
import { instant } from '../../units/time'
import { completeSaid } from '../batches/brew'

/** Roles that are read as values, in the order in which a report tells them. */
const VALUES = ['beer', 'setpoint_beer', 'chamber', 'setpoint_chamber', 'ambient', 'gravity']

export interface HeldRow {
  name: string
  least: string
  mean: string
  most: string
  complete: string
}

/** Least, mean and greatest value of each role. */
export function heldRows({ roles }: BatchReport, unit: TemperatureUnit): HeldRow[] {
  return VALUES.flatMap((role) => {
    const found = roles.find((one) => one.role === role)
    if (!found) return []
    const say = (value: number | null) => (value === null ? '–' : role === 'gravity' ? gravity(value) : saidOf(value, found.unit, unit))
    const complete = role.startsWith('setpoint') ? '' : (completeSaid(found.completeness) ?? '–')
    return [{ name: words.roles[role] ?? role, least: say(found.min), mean: say(found.mean), most: say(found.max), complete }]
  })
}

/** Sums of time: out of band, heated, cooled; without what nobody knows. */
export function sums(report: BatchReport, unit: TemperatureUnit): { name: string; value: string }[] {
  const { band_c, out_of_band_minutes: out, heat, cool, energy_kwh } = report
  const ran = (output: typeof heat) => (output === null ? null : output.starts === 0 && output.run_minutes === 0 ? words.never : words.ran(duration(output.run_minutes * 60), output.starts))
  const facts: [string, string | null][] = [
    [words.outOfBand(bandSaid(band_c, unit)), out === null ? null : out === 0 ? words.never : duration(out * 60)],
    [words.heated, ran(heat)],
    [words.cooled, ran(cool)],
    [words.energy, energy_kwh === null ? (heat || cool ? words.energyUnknown : null) : `${fixed(energy_kwh, 1)}${NBSP}kWh`],
  ]
  return facts.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
}

/** Every gap of what is measured, in order of time. */
export function gapRows({ roles }: BatchReport): { role: string; from: number; length: string; cause: string }[] {
  return roles
    .filter(({ role }) => VALUES.includes(role) && !role.startsWith('setpoint'))
    .flatMap(({ role, gaps }) => gaps.map((gap) => ({ role: words.roles[role] ?? role, from: instant(gap.from) ?? 0, length: duration(gap.minutes * 60), cause: gap.cause })))
    .sort((a, b) => a.from - b.from)
}

function saidOf(value: number, unit: string, person: TemperatureUnit): string {
  const said = shown(value, unit || '°C', person)
  return said.unit ? said.number + NBSP + said.unit : said.number
}

/** A band has two decimals where it needs them. */
function bandSaid(celsius: number, unit: TemperatureUnit): string {
  const value = differenceFromCelsius(celsius, unit)
  return fixed(value, Math.abs(value * 10 - Math.round(value * 10)) < 1e-9 ? 1 : 2) + NBSP + unitSign(unit)
}
