import { type LogLine, wordsOf } from '../../state/loglines'
import type { LogSource } from '../../state/logs.svelte'
import { sameDay } from '../../units/time'

/** A stretch of a text, and whether it is what was looked for. */
export interface Stretch {
  text: string
  isHit: boolean
}

/** A text cut where it has one of the words that were looked for, in any case of letters. */
export function stretches(text: string, sought: string): Stretch[] {
  const wanted = wordsOf(sought).sort((a, b) => b.length - a.length)
  if (!wanted.length) return [{ text, isHit: false }]
  const pattern = wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  // Split by a group, every other piece is a hit.
  const pieces = text.split(new RegExp(`(${pattern})`, 'iu'))
  return pieces.map((piece, i) => ({ text: piece, isHit: i % 2 === 1 })).filter((piece) => piece.text !== '')
}

/** True where the day of a line is another than that of the line before. */
export function isNewDay(lines: readonly LogLine[], i: number, zone: string): boolean {
  const [line, before] = [lines[i], lines[i - 1]]
  return line !== undefined && (before === undefined || !sameDay(line.at, before.at, zone))
}

const OWN = /^(server$|spawner$|circusd$|door\/)/

/** True for what stands at the tanks: agents, and the controllers that they speak with. */
export function isDevice(source: string): boolean {
  return source !== '' && !OWN.test(source)
}

/** Names of sources: those that are known, and those that are asked for all the same. */
export function sourceNames(known: readonly LogSource[], asked: readonly string[]): string[] {
  return [...new Set([...known.map(({ source }) => source), ...asked])].sort(byRank)
}

/** The sources that are asked for, after one was chosen or given up. */
export function toggled(asked: readonly string[], source: string): string[] {
  return asked.includes(source) ? asked.filter((one) => one !== source) : [...asked, source]
}

/** The server's own processes first, then its doors, then devices; each by name. */
function byRank(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || a.localeCompare(b)
}

function rankOf(source: string): number {
  if (isDevice(source)) return 2
  return source.includes('/') ? 1 : 0
}

/** A field's value as it is read: text as it is, anything else as JSON. */
export function fieldSaid(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
