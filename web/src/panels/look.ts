import { endsNow, type View } from '../charts/view'

export type RangeName = '1h' | '24h' | '3d' | 'batch' | 'all'

/** How a chart is looked at: along with the present, or at a fixed stretch. */
export type Look = { kind: 'follow'; spanMs: number } | { kind: 'fixed'; view: View }

const HOUR_MS = 3_600_000
const SPANS: Partial<Record<RangeName, number>> = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '3d': 72 * HOUR_MS }

/** How much of a following chart lies ahead of now. */
export const AHEAD = 0.07
/** And where a profile is followed, whose course is drawn ahead. */
export const AHEAD_PLANNED = 0.4
/** How much of a whole lies before its first reading, so that what happened then can be seen. */
export const LEAD = 0.01

/** What there is to look at: from the first reading to the last, or to now. */
export interface Extent {
  from: number
  to: number
  /** True when the end is the present. */
  isLive: boolean
  /** When the batch began, where that is another time. */
  batchFrom?: number
}

/** What a named range looks at. */
export function lookOf(range: RangeName, extent: Extent): Look {
  const begin = range === 'batch' ? (extent.batchFrom ?? extent.from) : extent.from
  const whole = Math.max(HOUR_MS, extent.to - begin) * (1 + LEAD)
  const spanMs = SPANS[range] ?? whole
  return extent.isLive ? { kind: 'follow', spanMs } : { kind: 'fixed', view: { from: extent.to - Math.min(spanMs, whole), to: extent.to } }
}

/** The last so many milliseconds. */
function spanned(spanMs: number, { isLive, to }: Extent): Look {
  return isLive ? { kind: 'follow', spanMs } : { kind: 'fixed', view: { from: to - spanMs, to } }
}

/** The stretch that a look means at this moment. */
export function viewOf(look: Look, now: number, ahead = AHEAD): View {
  if (look.kind === 'fixed') return look.view
  return { from: now - look.spanMs, to: now + look.spanMs * ahead }
}

/** What a hand has chosen: a stretch that reaches the present follows it from here on. */
export function chosen(view: View, now: number | null, ahead = AHEAD): Look {
  if (now === null || !endsNow(view, now)) return { kind: 'fixed', view }
  return { kind: 'follow', spanMs: (view.to - view.from) / (1 + ahead) }
}

const UNITS = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS, y: 365 * 24 * HOUR_MS } as const

/** A span as an address says it: "90m", "12h", "30d", "2y"; the largest unit that it is whole in. */
export function spanWord(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / UNITS.m))
  const unit = (['y', 'd', 'h'] as const).find((one) => (minutes * UNITS.m) % UNITS[one] === 0) ?? 'm'
  return `${(minutes * UNITS.m) / UNITS[unit]}${unit}`
}

/** The span that a word of an address means, or null. */
export function spanOf(word: string | null): number | null {
  const [, count, unit] = /^(\d{1,6})([mhdy])$/.exec(word ?? '') ?? []
  return count && unit && Number(count) > 0 ? Number(count) * UNITS[unit as keyof typeof UNITS] : null
}

/** An instant in an address: epoch milliseconds, or ISO 8601. */
function instantIn(word: string | null): number {
  return word === null ? NaN : /^\d+$/.test(word) ? Number(word) : Date.parse(word)
}

/** The words of an address for a look: "range=3d", or "from" and "to". */
export function addressOf(look: Look, range: RangeName | null): Record<'range' | 'from' | 'to', string | null> {
  if (range !== null) return { range, from: null, to: null }
  if (look.kind === 'follow') return { range: spanWord(look.spanMs), from: null, to: null }
  return { range: null, from: String(Math.round(look.view.from)), to: String(Math.round(look.view.to)) }
}

/** The look that an address asks for, or null. */
export function lookAt(query: URLSearchParams, names: readonly RangeName[], extent: Extent): { look: Look; range: RangeName | null } | null {
  const range = names.find((name) => name === query.get('range'))
  if (range) return { look: lookOf(range, extent), range }
  const spanMs = spanOf(query.get('range'))
  if (spanMs !== null) return { look: spanned(spanMs, extent), range: null }
  const [from, to] = [instantIn(query.get('from')), instantIn(query.get('to'))]
  return from > 0 && to > from ? { look: { kind: 'fixed', view: { from, to } }, range: null } : null
}
