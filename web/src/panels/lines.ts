import { codeShare, levelShare } from '../charts/lanes'
import type { Lane, Line } from '../charts/series'
import { joinedOf } from '../state/pieces'
import { roster } from '../state/roster.svelte'
import type { Batch, Vessel } from '../state/server'
import { words } from '../text'

/** The series that shows what a vessel was asked for, for its beer. */
export function setpointSeries(vessel: Vessel): string | null {
  return roster.own(vessel.id, 'setpoint_beer')
}

/** Heat and cold of a vessel: what outputs did, else what the vessel says it did. */
export function lanesOf(vessel: Vessel): Lane[] {
  const state = roster.own(vessel.id, 'state')
  return laneList((kind) => roster.own(vessel.id, kind) ?? vessel.roles[kind] ?? null, state)
}

/** Lines of a vessel's chart, beer first. */
export function linesOf(vessel: Vessel): Line[] {
  const { roles } = vessel
  const chamberSetpoint = roster.own(vessel.id, 'setpoint_chamber')
  return [
    ...line(roles.beer, words.vessel.beer, 'beer'),
    ...step(setpointSeries(vessel), words.vessel.setpoint, 'setpoint'),
    ...line(roles.chamber, words.vessel.chamber, 'chamber'),
    ...line(roles.gravity, words.vessel.gravity, 'gravity'),
    ...line(roles.ambient, words.vessel.ambient, 'ambient'),
    ...step(chamberSetpoint, words.vessel.chamberSetpoint, 'slate'),
  ]
}

/** Lines that wait in the legend: the chamber's setpoint matters while the chamber is what is held. */
export function quietOf(vessel: Vessel): string[] {
  const chamberSetpoint = roster.own(vessel.id, 'setpoint_chamber')
  return chamberSetpoint && vessel.accepted.mode !== 'chamber' ? [chamberSetpoint] : []
}

/** What of a vessel's card is held until it changes. */
export function heldOf(vessel: Vessel): string[] {
  return [setpointSeries(vessel), ...lanesOf(vessel).map((lane) => lane.series)].filter((id) => id !== null)
}

/** Everything that a vessel's card draws. */
export function seriesOf(vessel: Vessel): string[] {
  const lanes = lanesOf(vessel).map((lane) => lane.series)
  return [vessel.roles.beer, setpointSeries(vessel), vessel.roles.gravity, ...lanes].filter((id) => typeof id === 'string')
}

/** Lines of a batch by the roles of its series. */
export function batchLines(batch: Batch): Line[] {
  const { roles, vessel } = batch
  return parted(batch, [
    ...line(roles['beer'], words.vessel.beer, 'beer'),
    ...step(roles['setpoint_beer'] ?? roles['setpoint'] ?? (vessel && roster.own(vessel, 'setpoint_beer')), words.vessel.setpoint, 'setpoint'),
    ...line(roles['chamber'], words.vessel.chamber, 'chamber'),
    ...line(roles['gravity'], words.vessel.gravity, 'gravity'),
    ...line(roles['ambient'], words.vessel.ambient, 'ambient'),
    ...step(roles['setpoint_chamber'], words.vessel.chamberSetpoint, 'slate'),
  ])
}

/** Heat and cold of a batch: by its own series, else by those of its vessel. */
export function batchLanes(batch: Batch): Lane[] {
  const { roles, vessel } = batch
  const own = (metric: 'heat' | 'cool' | 'state') => roles[metric] ?? (vessel && roster.own(vessel, metric)) ?? null
  return parted(batch, laneList(own, own('state')))
}

/** With the series of each in time, where there were several: a replaced probe keeps one line. */
function parted<Drawn extends Line | Lane>(batch: Batch, drawn: readonly Drawn[]): Drawn[] {
  const joined = joinedOf(batch)
  return drawn.map((one) => ({ ...one, ...(joined[one.series] ? { parts: joined[one.series] } : {}) }))
}

function laneList(level: (kind: 'heat' | 'cool') => string | null, state: string | null): Lane[] {
  return (['heat', 'cool'] as const).flatMap((look) => {
    const series = level(look)
    if (series) return [{ series, label: words.chart[look], look, share: levelShare }]
    return state ? [{ series: state, label: words.chart[look], look, share: codeShare(look), isCode: true }] : []
  })
}

function line(series: string | null | undefined, label: string, look: Line['look']): Line[] {
  return series ? [{ series, label, look, axis: look === 'gravity' ? 'gravity' : 'temperature' }] : []
}

function step(series: string | null | undefined, label: string, look: Line['look']): Line[] {
  return line(series, label, look).map((one) => ({ ...one, step: true }))
}
