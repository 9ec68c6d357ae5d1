import { type Column, columnOf } from './columns'
import { type Batch, type ChartColumns, server } from './server'
import { instant } from '../units/time'

export interface Span {
  from: number
  to: number
}

/** A series while it told of something: from then until just before then. */
export interface Part extends Span {
  series: string
}

/** Lines that several series told of in turn, in order of time, by the id of the line. */
export type Joined = Readonly<Record<string, readonly Part[]>>

/** What was asked, and how finely. */
export interface Asked extends Span {
  width: number
  /** Bad readings too. */
  quality?: 'all' | undefined
}

/** What the server sent of a line, part by part. */
export type Sent = ReadonlyMap<string, readonly ChartColumns[]>

/** At most so many series in one call. */
const SERIES_A_CALL = 50

/** Columns of any number of lines; each is a series of its own, or joined from several. */
export async function fetchSent(ids: readonly string[], joined: Joined, asked: Asked, signal?: AbortSignal): Promise<Sent> {
  const plain = fetchColumns(ids.filter((id) => !joined[id]), asked, signal)
  const rest = ids.map(async (id) => {
    const parts = piecesOf(joined[id] ?? [], asked).map((part) => fetchColumns([part.series], { ...asked, ...narrowed(part, asked) }, signal))
    return [id, (await Promise.all(parts)).flat()] as const
  })
  const [whole, ...parted] = await Promise.all([plain, ...rest])
  return new Map(parted.map(([id, parts]) => [id, joined[id] ? parts : whole.filter((one) => one.id === id)]))
}

/** Columns of any number of series. */
export async function fetchColumns(series: readonly string[], asked: Asked, signal?: AbortSignal): Promise<ChartColumns[]> {
  const calls: Promise<ChartColumns[]>[] = []
  for (let i = 0; i < series.length; i += SERIES_A_CALL) calls.push(server.chart(series.slice(i, i + SERIES_A_CALL), asked, signal))
  return (await Promise.all(calls)).flat()
}

/** One column of what was sent part by part, with a gap between two parts where there is one. */
export function columnsJoined(sent: readonly ChartColumns[]): Column {
  const [first, ...rest] = sent.map(columnOf)
  return rest.reduce(appended, first ?? columnOf({ id: '', gap_s: null, t: [], v: [] }))
}

/** The series that told of a line at an instant. */
export function seriesAt(id: string, parts: readonly Part[] | undefined, t: number): string {
  return parts?.find(({ from, to }) => from <= t && t < to)?.series ?? id
}

/** What of the parts lies in a span. */
export function piecesOf(parts: readonly Part[], { from, to }: Span): Part[] {
  return parts.map((part) => ({ series: part.series, from: Math.max(from, part.from), to: Math.min(to, part.to) })).filter((part) => part.from < part.to)
}

/** Lines of a batch that several series told of, or one for a part of it, by the latest of them. */
export function joinedOf({ roles, intervals, started_at, finished_at }: Batch): Joined {
  const parts = intervals.map(({ role, series, from, to }) => ({ role, series, from: instant(from) ?? 0, to: instant(to) ?? 0 }))
  const [start, end] = [instant(started_at) ?? 0, Math.max(...parts.map(({ to }) => to))]
  const partsOf = (role: string) => parts.filter((one) => one.role === role)
  const isWhole = (own: readonly Part[]) => own.length === 1 && own.every(({ from, to }) => from <= start && to === end)
  // What lasts until now goes on while the batch does.
  const lasting = ({ series, from, to }: Part): Part => ({ series, from, to: to === end && finished_at === null ? Infinity : to })
  return Object.fromEntries(
    Object.entries(roles)
      .filter(([role]) => !isWhole(partsOf(role)))
      .map(([role, id]) => [id, partsOf(role).map(lasting)]),
  )
}

/** A part is drawn as finely as the whole. */
function narrowed({ from, to }: Span, asked: Asked): Span & { width: number } {
  return { from, to, width: Math.max(1, Math.round((asked.width * (to - from)) / (asked.to - asked.from))) }
}

function appended(one: Column, other: Column): Column {
  const [last, next] = [one.t.at(-1), other.t[0]]
  if (last === undefined) return other
  if (next === undefined) return one
  const gapMs = Math.min(one.gapMs, other.gapMs)
  const isGap = next - last > gapMs
  const joined = (name: 't' | 'min' | 'mean' | 'max') => [...one[name], ...(isGap ? [name === 't' ? last + 1 : NaN] : []), ...other[name]]
  return { ...other, t: joined('t'), min: joined('min'), mean: joined('mean'), max: joined('max'), gapMs }
}
