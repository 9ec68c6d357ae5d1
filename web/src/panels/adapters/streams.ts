import type { SeriesRegularity } from '../../state/adapter.svelte'
import type { Newest } from '../../state/latest.svelte'
import type { Series } from '../../state/server'
import { instant } from '../../units/time'

/** A series of an adapter with what is known of its regularity. */
export interface Stream {
  series: Series
  newest: Newest | null
  regularity: SeriesRegularity | null
  /** For how many seconds it has been silent, where that is longer than it should be. */
  silentS: number | null
}

/** The series with what was heard of them last; those that are silent first, then by name. */
export function streamsOf(
  series: readonly Series[],
  regularities: readonly SeriesRegularity[],
  heard: (series: string) => Newest | undefined,
  now: number,
): Stream[] {
  const told = new Map(regularities.map((one) => [one.id, one]))
  const streams = series.map((one) => {
    const newest = newestOf(one, heard(one.id))
    const regularity = told.get(one.id) ?? null
    return { series: one, newest, regularity, silentS: silence(newest, regularity?.gap_s ?? null, now) }
  })
  return streams.sort((a, b) => Number(b.silentS !== null) - Number(a.silentS !== null) || nameOf(a).localeCompare(nameOf(b)))
}

function newestOf(series: Series, heard: Newest | undefined): Newest | null {
  const at = instant(series.latest?.t)
  if (heard && (at === null || heard.t >= at)) return heard
  return at === null || !series.latest ? null : { t: at, v: series.latest.v, quality: series.latest.quality }
}

function silence(newest: Newest | null, gapS: number | null, now: number): number | null {
  if (!newest || gapS === null || now === 0) return null
  const seconds = (now - newest.t) / 1000
  return seconds > gapS ? seconds : null
}

function nameOf({ series }: Stream): string {
  return `${series.node}\n${series.metric}`
}

/** The adapter under which vessels speak. */
const VESSELS = 'krausen'

/** True for Krausen's own adapters: vessels and agents, with which nothing is agreed. */
export function isOurs(adapter: string, agents: { has: (name: string) => boolean }): boolean {
  return adapter === VESSELS || agents.has(adapter)
}
