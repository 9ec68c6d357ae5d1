import type { ProfileType } from '../../state/server'
import { profiles as words } from '../../text/profiles'
import { units } from '../../text/units'
import { fixed, round, typed } from '../../units/round'
import { NBSP } from '../../units/temperature'

const DAY_H = 24
const MANY_H = 48
const MINUTES = 60

/** Units in which lengths of a type are written, larger one first, in hours. */
export const PARTS = {
  fermentation: [
    { label: words.days, unit: units.day, hours: DAY_H },
    { label: words.hours, unit: units.hour, hours: 1 },
  ],
  mash: [
    { label: words.hours, unit: units.hour, hours: 1 },
    { label: words.minutes, unit: units.minute, hours: 1 / MINUTES },
  ],
} as const

/** By how much an arrow key or a snap moves the end of a step, in hours; and with Shift. */
export const STEP_H = { fermentation: { fine: 1, coarse: DAY_H }, mash: { fine: 1 / MINUTES, coarse: 10 / MINUTES } } as const

/** "3 d 6 h", "36 h", "1 h 30 min": exact to a minute, days from two of them on. */
export function lengthSaid(hours: number): string {
  const minutes = Math.round(Math.abs(hours) * MINUTES)
  if (minutes === 0) return hours > 0 ? `<${NBSP}1${NBSP}${units.minute}` : `0${NBSP}${units.hour}`
  const days = minutes >= MANY_H * MINUTES ? Math.floor(minutes / (DAY_H * MINUTES)) : 0
  const rest = minutes - days * DAY_H * MINUTES
  const parts = [part(days, units.day), part(Math.floor(rest / MINUTES), units.hour), part(rest % MINUTES, units.minute)]
  return (hours < 0 ? '\u2212' : '') + parts.filter(Boolean).join(NBSP)
}

/** Hours of what a person typed: "3 d 6 h", "36", "1:30", "1,5 d"; NaN when it is no length. A bare number is in the small unit. */
export function lengthTyped(text: string, type: ProfileType): number {
  const plain = text.replaceAll(NBSP, ' ').trim().toLowerCase()
  const clock = /^(\d+):([0-5]\d)$/.exec(plain)
  if (clock) return Number(clock[1]) + Number(clock[2]) / MINUTES
  const bare = typed(plain)
  if (bare !== null) return bare < 0 ? NaN : bare * PARTS[type][1].hours
  if (!/^(\d+([.,]\d+)?\s*(w|d|h|min|m)\w*\s*)+$/.test(plain)) return NaN
  const found = [...plain.matchAll(/(\d+(?:[.,]\d+)?)\s*(w|d|h|m)/g)]
  return found.reduce((sum, [, count = '', unit]) => sum + (typed(count) ?? NaN) * (HOURS[unit as keyof typeof HOURS] ?? NaN), 0)
}

const HOURS = { w: 7 * DAY_H, d: DAY_H, h: 1, m: 1 / MINUTES }

/** A length as the texts of two fields. */
export function lengthParts(hours: number, type: ProfileType): [string, string] {
  const [large, small] = PARTS[type]
  if (Number.isNaN(hours)) return ['', '']
  const whole = Math.floor(hours / large.hours + 1e-9)
  const rest = round((hours - whole * large.hours) / small.hours, 2)
  return rest * small.hours >= large.hours ? [String(whole + 1), '0'] : [String(whole), trimmed(rest)]
}

/** Hours of two fields; an empty one counts as nothing, NaN when either is no number. */
export function partsTyped([many, few]: readonly [string, string], type: ProfileType): number {
  const [large, small] = PARTS[type]
  const read = (text: string) => (text.trim() ? (typed(text) ?? NaN) : 0)
  const hours = read(many) * large.hours + read(few) * small.hours
  return hours < 0 ? NaN : hours
}

/** "8.5": which day of a course an instant is, to a tenth; the first begins at 0. */
export function daySaid(t: number, start: number): string {
  return trimmed(round((t - start) / (DAY_H * 3_600_000), 1))
}

function trimmed(value: number): string {
  return fixed(value, 2).replace(/\.?0+$/, '')
}

function part(count: number, name: string): string {
  return count ? `${count}${NBSP}${name}` : ''
}
