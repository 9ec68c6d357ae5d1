import { instant } from '../units/time'

/** How much a line matters, from what only its writers care for to what failed. */
export const LEVELS = ['debug', 'info', 'warning', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

/** A line as the server keeps it, or tells it while it comes; one that is not kept has no id. */
export interface LogBody {
  id?: string
  time: string
  level: string
  source: string
  text: string
  fields?: Record<string, unknown> | null
}

/** A line as it is shown. `by` is who published it where no process of ours said it. */
export interface LogLine {
  key: string
  /** Where it is kept; null for what was published, and for what is only told. */
  id: string | null
  at: number
  level: LogLevel
  source: string
  text: string
  fields: Readonly<Record<string, unknown>>
  by: string | null
  isTest: boolean
}

/** Which lines are wanted: of these sources (none named: of all), from a level on, with all these words. */
export interface LogChoice {
  sources: readonly string[]
  level: LogLevel
  q: string
  /** Names that are not known yet and are wanted, too. */
  isOf?: ((source: string) => boolean) | undefined
}

/** What is heard of a live message. */
export interface HeardLine {
  seq: string
  time: string
  message: unknown
  by?: string
  published?: boolean
}

const LOUD: Readonly<Record<string, LogLevel>> = { warn: 'warning', critical: 'error', fatal: 'error' }

/** A level by its word; one that nobody knows counts as info. */
export function levelOf(word: unknown): LogLevel {
  return LEVELS.find((level) => level === word) ?? LOUD[String(word)] ?? 'info'
}

/** A line that the server kept. */
export function keptLine(body: LogBody): LogLine {
  const at = instant(body.time) ?? 0
  const id = body.id ?? null
  return { key: id ?? keyOf(at, body), id, at, level: levelOf(body.level), source: body.source, text: body.text, fields: body.fields ?? {}, by: null, isTest: false }
}

/** A line as it is heard. What somebody published may have any shape: what is not said in it stands as it came. */
export function heardLine(frame: HeardLine): LogLine {
  const said = isRecord(frame.message) ? frame.message : {}
  const by = publisherOf(frame)
  const at = instant(wordIn(said, 'time')) ?? instant(frame.time) ?? 0
  const line = {
    at,
    level: levelOf(said['level']),
    source: wordIn(said, 'source') ?? by ?? '',
    text: wordIn(said, 'text') ?? JSON.stringify(frame.message),
    fields: fieldsIn(said),
  }
  const id = by === null ? wordIn(said, 'id') : null
  return { ...line, key: id ?? frame.seq, id, by, isTest: by !== null && said['test'] === true }
}

/** True where a line is among what is wanted. */
export function fits(line: LogLine, { sources, level, q, isOf }: LogChoice): boolean {
  if (LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return false
  if (isOf ? !isOf(line.source) : sources.length && !sources.includes(line.source)) return false
  const told = [line.text, ...Object.entries(line.fields).flat()].join(' ').toLowerCase()
  return wordsOf(q).every((word) => told.includes(word.toLowerCase()))
}

/** What is looked for, one by one, as the server looks for it. */
export function wordsOf(q: string): string[] {
  return q.split(/\s+/).filter(Boolean)
}

/** Both, oldest first, each line once. What comes late stands where it belongs. */
export function together(known: readonly LogLine[], fresh: readonly LogLine[]): readonly LogLine[] {
  const keys = new Set(known.map(({ key }) => key))
  const added = fresh.filter(({ key }) => !keys.has(key) && keys.add(key))
  if (!added.length) return known
  const all = [...known, ...added]
  const isOrdered = all.every(({ at }, i) => i === 0 || at >= (all[i - 1]?.at ?? at))
  return isOrdered ? all : all.sort((a, b) => a.at - b.at)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function publisherOf({ published, by = '' }: HeardLine): string | null {
  return published ? by : null
}

function fieldsIn({ fields }: Record<string, unknown>): LogLine['fields'] {
  return isRecord(fields) ? fields : {}
}

function wordIn(said: Record<string, unknown>, name: string): string | null {
  const word = said[name]
  return typeof word === 'string' ? word : null
}

/** A line without an id is known by what it says. */
function keyOf(at: number, { source, level, text }: Pick<LogBody, 'source' | 'level' | 'text'>): string {
  return `${at} ${source} ${level} ${text}`
}
