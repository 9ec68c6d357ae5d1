import { push as words } from '../../text/push'
import { units } from '../../text/units'
import { typed } from '../../units/round'
import { NBSP } from '../../units/temperature'

/** What minus and plus walk along, seconds. */
const LADDER = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800]
const MOST_S = 31 * 86_400
const SCALES: readonly (readonly [string, number])[] = [
  [units.day, 86_400],
  [units.hour, 3600],
  [units.minute, 60],
  [units.second, 1],
]
const NAMES: Record<string, number> = { s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60, h: 3600, hr: 3600, hour: 3600, d: 86_400, day: 86_400 }

/** "30 s", "15 min", "15 min 1 s", "2 h": an interval exactly, to a thousandth of a second. */
export function intervalSaid(seconds: number): string {
  const parts: string[] = []
  let rest = Math.round(seconds * 1000) / 1000
  for (const [name, scale] of SCALES) {
    const count = scale === 1 ? rest : Math.floor(rest / scale)
    rest = Math.round((rest - count * scale) * 1000) / 1000
    if (count > 0) parts.push(`${count}${NBSP}${name}`)
  }
  return parts.join(NBSP)
}

/** Reads an interval, seconds, such as "1 h 30 min"; a number alone has the unit of the one before. Null for what is none. */
export function readInterval(entered: string, before: number): number | null {
  const alone = typed(entered.trim())
  const seconds = alone === null ? sumOf(entered.trim()) : alone * scaleOf(before)
  return seconds === null || seconds <= 0 ? null : Math.round(seconds * 1000) / 1000
}

/** The next shorter interval on the ladder, no shorter than a service allows. */
export function shorter(seconds: number, least: number): number {
  return Math.max(least, LADDER.findLast((one) => one < seconds) ?? 1)
}

/** The next longer one. */
export function longer(seconds: number): number {
  return LADDER.find((one) => one > seconds) ?? Math.min(MOST_S, seconds)
}

/** What is wrong with an interval for a service, if anything; why there is a least one stands with it. */
export function intervalFault(seconds: number | null, { least_s, why_least }: { least_s: number; why_least: string }): string | null {
  if (seconds === null) return words.intervalWrong
  if (seconds > MOST_S) return words.most
  return seconds < Math.max(1, least_s) ? [words.least(intervalSaid(Math.max(1, least_s))), why_least].filter(Boolean).join(' ') : null
}

/** What is told of the interval of a service beneath the field. */
export function intervalHint({ least_s, usual_s, why_least }: { least_s: number; usual_s: number; why_least: string }): string {
  const least = least_s > 1 || why_least ? [words.least(intervalSaid(least_s)), why_least] : []
  const usual = usual_s > least_s ? words.usual(intervalSaid(usual_s)) : ''
  return [...least, usual, least.length ? '' : words.intervalHint].filter(Boolean).join(' ')
}

function sumOf(entered: string): number | null {
  const parts = [...entered.matchAll(/([\d.,]+)\s*([a-z]+)/gi)]
  if (parts.length === 0 || entered.replace(/([\d.,]+)\s*([a-z]+)/gi, '').trim() !== '') return null
  return parts.reduce<number | null>((sum, [, amount = '', unit = '']) => {
    const [number, scale] = [typed(amount), NAMES[unit.toLowerCase().replace(/(?<=\w{2})s$/, '')]]
    return sum === null || number === null || scale === undefined ? null : sum + number * scale
  }, 0)
}

function scaleOf(seconds: number): number {
  return SCALES.find((one) => seconds >= one[1] && seconds % one[1] === 0)?.[1] ?? 1
}
