import { VESSEL_ADAPTER } from '../../state/roster.svelte'
import type { Batch, Device, Series, Vessel } from '../../state/server'
import type { Chosen, Selection, TargetKind } from '../../state/push.svelte'
import { counted } from '../../text/numbers'
import { push as words } from '../../text/push'

export type Part = keyof Selection

/** Something that can be chosen. */
export interface Choice {
  id: string
  name: string
  /** What tells it from others of its name. */
  aside: string
}

/** In the order in which they are told. */
export const PARTS: readonly Part[] = ['vessels', 'sensors', 'batches', 'series']

/** The parts that one is asked about: a batch is a way to choose a vessel. */
export function partsOf({ takes }: Pick<TargetKind, 'takes'>, what: Selection): Part[] {
  return PARTS.filter((part) => (part === 'batches' ? takes.includes('vessels') && what.vessels !== 'all' : takes.includes(part)))
}

/** What goes to a new target: everything that the service takes, and of single series none. */
export function usualWhat({ takes }: Pick<TargetKind, 'takes'>): Selection {
  const all = (part: 'vessels' | 'sensors'): Chosen => (takes.includes(part) ? 'all' : 'none')
  const isSeriesAlone = takes.every((part) => part === 'series')
  return { vessels: all('vessels'), sensors: all('sensors'), batches: 'none', series: takes.includes('series') && isSeriesAlone ? 'all' : 'none' }
}

/** What is sent to the server: what is not asked about is not chosen, so that nothing goes there unseen. */
export function settledWhat(kind: Pick<TargetKind, 'takes'>, what: Selection): Selection {
  const asked = partsOf(kind, what)
  const settle = (part: Part): Chosen => (asked.includes(part) ? what[part] : 'none')
  return { vessels: settle('vessels'), sensors: settle('sensors'), batches: settle('batches'), series: settle('series') }
}

/** True when nothing would go there. */
export function isNothing(what: Selection): boolean {
  return PARTS.every((part) => what[part].length === 0 || what[part] === 'none')
}

/** The other way to choose: who had all, begins with all of them listed. */
export function chosenAs(way: 'all' | 'listed' | 'none', before: Chosen, choices: readonly Choice[]): Chosen {
  if (way !== 'listed') return way
  if (before === 'none') return []
  return before === 'all' ? choices.map(({ id }) => id) : before
}

export function wayOf(chosen: Chosen): 'all' | 'listed' | 'none' {
  return typeof chosen === 'string' ? chosen : 'listed'
}

/** With or without one of them, in the order of the list. */
export function ticked(chosen: readonly string[], id: string, isOn: boolean): string[] {
  return isOn ? [...chosen.filter((one) => one !== id), id] : chosen.filter((one) => one !== id)
}

/** What there is, and what is chosen but not there any more. */
export function withLost(choices: readonly Choice[], chosen: Chosen): Choice[] {
  const known = new Set(choices.map(({ id }) => id))
  const lost = typeof chosen === 'string' ? [] : chosen.filter((id) => !known.has(id))
  return [...choices, ...lost.map((id) => ({ id, name: id, aside: words.noLonger }))]
}

/** Hydrometers as the server sees them: each by the series of its gravity. */
export function sensorChoices(series: readonly Series[], devices: readonly Device[]): Choice[] {
  const titles = new Map(devices.flatMap((device) => Object.values(device.series).map((id) => [id, device.title] as const)))
  return sorted(
    series
      .filter(({ adapter, metric, unit }) => metric === 'gravity' && adapter !== VESSEL_ADAPTER && (unit === '' || unit === 'SG'))
      .map(({ id, adapter, node }) => ({ id, name: titles.get(id) ?? node, aside: adapter })),
  )
}

export function vesselChoices(vessels: readonly Vessel[]): Choice[] {
  return vessels.map(({ id, name }) => ({ id, name, aside: '' }))
}

/** Batches that may ferment yet. */
export function batchChoices(batches: readonly Batch[], vessels: readonly Vessel[]): Choice[] {
  const home = (batch: string) => vessels.find((one) => one.batch === batch)?.name ?? ''
  return batches.filter(({ state }) => state !== 'finished').map(({ id, name }) => ({ id, name, aside: home(id) }))
}

export function seriesChoices(series: readonly Series[]): Choice[] {
  return sorted(series.map(({ id, adapter, node, metric }) => ({ id, name: `${node} · ${metric}`, aside: adapter === node ? '' : adapter })))
}

/** "All vessels, 2 hydrometers". */
export function whatSaid(kind: Pick<TargetKind, 'takes'> | undefined, what: Selection): string {
  const asked = kind ? partsOf(kind, what) : PARTS
  const said = asked.flatMap((part) => {
    const [chosen, { all, one, many }] = [what[part], words.saidPart[part]]
    if (chosen === 'all') return [all]
    return chosen === 'none' || chosen.length === 0 ? [] : [counted(chosen.length, one, many)]
  })
  const sentence = said.join(', ') || words.saidNothing
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

function sorted(choices: readonly Choice[]): Choice[] {
  return choices.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || a.aside.localeCompare(b.aside))
}
