import { Problem, type Algorithm, type Chamber, type Device, type Series, type Vessel, type VesselPlan, type VesselRole } from '../state/server'
import { FIRMWARE } from '../state/roster.svelte'
import { arrange as words } from '../text/arrange'
import { fixed, typed } from '../units/round'
import { fromCelsius, temperature, toCelsius, type TemperatureUnit } from '../units/temperature'

/** A vessel's parts in the order in which people look for them. */
export const ROLES: readonly VesselRole[] = ['beer', 'chamber', 'ambient', 'gravity', 'heat', 'cool']
export const OUTPUTS: readonly VesselRole[] = ['heat', 'cool']
/** What a control loop is made of: one agent holds one loop. */
const OF_THE_LOOP: readonly VesselRole[] = ['beer', 'chamber', 'heat', 'cool']

export const KINDS = ['bucket', 'carboy', 'conical', 'keg', 'pot', 'crock'] as const

/** A vessel as it stands in the form. Limits are text in the person's unit. */
export interface Draft {
  name: string
  kind: string
  agent: string
  chamber: string
  least: string
  greatest: string
  /** Series ids; an empty one plays no part. */
  roles: Partial<Record<VesselRole, string>>
  algorithm: string
  settings: Record<string, unknown>
}

/** What has series: a device of an agent, or a node of another adapter. */
export type Thing = Pick<Device, 'id' | 'title' | 'agent' | 'series'> & { isForeign: boolean }

/** What names in the form stand for. */
export interface Names {
  unit: TemperatureUnit
  things: readonly Thing[]
  chambers: readonly Chamber[]
  algorithms: readonly Algorithm[]
}

/** A part of the vessel that is another than before, in words, and as it is sent. */
export interface Change {
  field: string
  said: string
  sent: Partial<VesselPlan>
}

const NEW_LIMITS_C = { min: 0, max: 30 }
const NEW = { name: '', kind: 'bucket', agent: '', chamber: null, limits: NEW_LIMITS_C, roles: {}, algorithm: 'hysteresis', settings: {} }

/** What the form begins with: a vessel as it is, or a new one. */
export function draftOf(vessel: Vessel | null, unit: TemperatureUnit): Draft {
  const { name, kind, agent, chamber, limits, roles, algorithm, settings } = vessel ?? NEW
  return {
    name,
    kind,
    agent,
    chamber: chamber ?? '',
    least: fixed(fromCelsius(limits.min, unit), 1),
    greatest: fixed(fromCelsius(limits.max, unit), 1),
    roles: { ...roles },
    algorithm,
    settings: { ...settings },
  }
}

/** What differs between two drafts of one vessel, in the order of the form. */
export function changesOf(from: Draft, to: Draft, names: Names): Change[] {
  return [...plainChanges(from, to, names), ...limitChanges(from, to, names.unit), ...roleChanges(from, to, names), ...algorithmChanges(from, to, names)]
}

/** The change as the server takes it: only what differs, so that nobody's other change is undone. */
export function patchOf(changes: readonly Change[], reason: string): Partial<VesselPlan> {
  const patch: Partial<VesselPlan> = {}
  for (const { sent } of changes) {
    const roles = { ...patch.roles, ...sent.roles }
    Object.assign(patch, sent, Object.keys(roles).length ? { roles } : {})
  }
  return reason.trim() ? { ...patch, reason: reason.trim() } : patch
}

/** A new vessel as the server takes it. */
export function planOf(draft: Draft, unit: TemperatureUnit, reason: string): Partial<VesselPlan> {
  const { name, kind, agent, algorithm, settings } = draft
  const roles = Object.fromEntries(Object.entries(draft.roles).filter(([, series]) => series))
  const limits = limitsOf(draft, unit) ?? NEW_LIMITS_C
  const plan = { name: name.trim(), kind, agent, limits, roles, algorithm, settings, ...(draft.chamber ? { chamber: draft.chamber } : {}) }
  return reason.trim() ? { ...plan, reason: reason.trim() } : plan
}

/** What is wrong with a draft before anybody is asked, by field. */
export function faultsOf(draft: Draft): Record<string, string> {
  const [least, greatest] = [typed(draft.least), typed(draft.greatest)]
  const faults: [string, string | null][] = [
    ['name', draft.name.trim() ? null : words.nameMissing],
    ['least', least === null ? words.notANumber : null],
    ['greatest', greatest === null ? words.notANumber : least !== null && least >= greatest ? words.crossed : null],
  ]
  return Object.fromEntries(faults.filter((fault): fault is [string, string] => fault[1] !== null))
}

const PLACES: Record<string, string> = { '/limits/min': 'least', '/limits/max': 'greatest', '/limits': 'least' }

/** The server's words by field of the form; what belongs to no field is under "". */
export function refusalsOf(failure: unknown): Record<string, string> {
  if (!(failure instanceof Problem)) return {}
  const found: Record<string, string> = {}
  for (const { where, message } of failure.errors) {
    const field = PLACES[where] ?? where.slice(1).replaceAll('/', '.')
    found[FIELDS.test(field) ? field : ''] ??= message
  }
  if (failure.errors.length === 0) found[''] = failure.detail || failure.title
  return found
}

const FIELDS = /^(name|kind|agent|chamber|least|greatest|algorithm|roles\.\w+|settings\.\w+)$/

function plainChanges(from: Draft, to: Draft, names: Names): Change[] {
  const chamber = names.chambers.find((one) => one.id === to.chamber)?.name ?? to.chamber
  const found: [keyof Draft & ('name' | 'kind' | 'agent' | 'chamber'), string, Partial<VesselPlan>][] = [
    ['name', words.change.name(to.name.trim()), { name: to.name.trim() }],
    ['kind', words.change.kind(kindSaid(to.kind)), { kind: to.kind }],
    ['agent', words.change.agent(to.agent), { agent: to.agent }],
    ['chamber', words.change.chamber(chamber), { chamber: to.chamber || null }],
  ]
  return found.filter(([field]) => from[field].trim() !== to[field].trim()).map(([field, said, sent]) => ({ field, said, sent }))
}

function limitChanges(from: Draft, to: Draft, unit: TemperatureUnit): Change[] {
  const after = limitsOf(to, unit)
  if (after === null || (typed(from.least) === typed(to.least) && typed(from.greatest) === typed(to.greatest))) return []
  // An end that nobody touched keeps every digit that is stored.
  const min = typed(from.least) === typed(to.least) ? {} : { min: after.min }
  const max = typed(from.greatest) === typed(to.greatest) ? {} : { max: after.max }
  const said = words.change.limits(temperature(after.min, unit), temperature(after.max, unit))
  return [{ field: 'limits', said, sent: { limits: { ...min, ...max } } }]
}

function roleChanges(from: Draft, to: Draft, names: Names): Change[] {
  return ROLES.filter((role) => (from.roles[role] ?? '') !== (to.roles[role] ?? '')).map((role) => ({
    field: `roles.${role}`,
    said: words.change.role(words.role[role], seriesSaid(to.roles[role], names.things)),
    sent: { roles: { [role]: to.roles[role] || null } },
  }))
}

function algorithmChanges(from: Draft, to: Draft, { algorithms }: Names): Change[] {
  const title = algorithms.find((one) => one.name === to.algorithm)?.title ?? to.algorithm
  const isOther = from.algorithm !== to.algorithm
  const algorithm = isOther ? [{ field: 'algorithm', said: words.change.algorithm(title), sent: { algorithm: to.algorithm } }] : []
  if (same(from.settings, to.settings)) return algorithm
  // A merge patch forgets nothing by itself: what is no longer set is sent as null.
  const gone = Object.fromEntries(Object.keys(from.settings).map((key) => [key, null]))
  return [...algorithm, { field: 'settings', said: words.change.settings(title), sent: { settings: { ...gone, ...to.settings } } }]
}

/** Limits in °C, or null while one of them is no number. */
function limitsOf(draft: Draft, unit: TemperatureUnit): { min: number; max: number } | null {
  const [least, greatest] = [typed(draft.least), typed(draft.greatest)]
  return least === null || greatest === null ? null : { min: celsius(least, unit), max: celsius(greatest, unit) }
}

/** A limit that was typed as 75 °F is not to come back as 74.99999. */
function celsius(value: number, unit: TemperatureUnit): number {
  return Number(toCelsius(value, unit).toFixed(6))
}

export function kindSaid(kind: string): string {
  return words.kinds[kind as keyof typeof words.kinds] ?? kind
}

/** "Beer probe · temperature": a series by its device. */
export function seriesSaid(series: string | undefined, things: readonly Thing[]): string {
  if (!series) return words.nobody.toLowerCase()
  for (const thing of things) {
    const metric = Object.entries(thing.series).find(([, id]) => id === series)?.[0]
    if (metric) return words.reading(thing.title, metric)
  }
  return words.unseen
}

/** What a controller calls what plays each part; gravity and room may be told by others. */
const FIRMWARE_METRICS: Record<VesselRole, string> = { beer: 'beer', chamber: 'chamber', ambient: 'room', gravity: 'gravity', heat: 'heat', cool: 'cool' }
/** What another may tell where the controller does not. */
export const BESIDE_FIRMWARE: readonly VesselRole[] = ['ambient', 'gravity']

/** The parts that a controller plays by itself, as far as it has told of them. */
export function firmwareRoles(controller: string, series: readonly Pick<Series, 'adapter' | 'metric' | 'id'>[]): Draft['roles'] {
  const own = series.filter(({ adapter }) => adapter === controller)
  const found = ROLES.map((role) => [role, own.find(({ metric }) => metric === FIRMWARE_METRICS[role])?.id] as const)
  return Object.fromEntries(found.filter(([, id]) => id !== undefined))
}

/** A draft that another agent holds: a controller by its firmware, with what it measures; anybody else as usual. */
export function heldBy(draft: Draft, agent: string, { isController, series }: { isController: boolean; series: readonly Pick<Series, 'adapter' | 'metric' | 'id'>[] }): Draft {
  if (isController) return { ...draft, agent, algorithm: FIRMWARE, settings: {}, roles: { ...draft.roles, ...emptied(ROLES), ...firmwareRoles(agent, series) } }
  if (draft.algorithm !== FIRMWARE) return { ...draft, agent }
  return { ...draft, agent, algorithm: NEW.algorithm, settings: {}, roles: { ...draft.roles, ...emptied(ROLES) } }
}

function emptied(roles: readonly VesselRole[]): Draft['roles'] {
  return Object.fromEntries(roles.map((role) => [role, '']))
}

/** What else there is beside the vessel that is arranged. */
export interface Around {
  things: readonly Thing[]
  vessels: readonly Vessel[]
  /** The id of this vessel, null while there is none. */
  self: string | null
}

/** A series that could play a part, and why it cannot where it cannot. */
export interface Candidate {
  series: string
  thing: Thing
  metric: string
  hindrance: string | null
}

const FITS: Record<VesselRole, (metric: string) => boolean> = {
  beer: isTemperature,
  chamber: isTemperature,
  ambient: isTemperature,
  gravity: (metric) => metric === 'gravity',
  heat: (metric) => metric === 'on',
  cool: (metric) => metric === 'on',
}

/** Series for a part of a vessel: those that can play it first, then those that cannot, with the reason. */
export function candidatesOf(role: VesselRole, draft: Draft, around: Around): Candidate[] {
  const found = around.things.flatMap((thing) =>
    Object.entries(thing.series)
      .filter(([metric]) => FITS[role](metric))
      .map(([metric, series]) => ({ series, thing, metric, hindrance: hindranceOf(role, series, thing, draft, around) })),
  )
  return found.sort((a, b) => Number(a.hindrance !== null) - Number(b.hindrance !== null) || a.thing.title.localeCompare(b.thing.title))
}

function hindranceOf(role: VesselRole, series: string, thing: Thing, draft: Draft, around: Around): string | null {
  if (!isReachable(role, thing, draft.agent)) return words.notItsOwn(draft.agent)
  if (!OUTPUTS.includes(role)) return null
  const other = OUTPUTS.find((one) => one !== role && draft.roles[one] === series)
  if (other) return words.other(words.role[other])
  const taker = around.vessels.find((vessel) => vessel.id !== around.self && OUTPUTS.some((one) => vessel.roles[one] === series))
  return taker ? words.taken(taker.name) : null
}

/** One agent holds one loop: of another agent it can only have what is looked at. Outputs are nobody's but its own. */
function isReachable(role: VesselRole, thing: Thing, agent: string): boolean {
  if (OUTPUTS.includes(role)) return thing.agent === agent
  return agent === '' || thing.isForeign || thing.agent === agent || !OF_THE_LOOP.includes(role)
}

/** Devices of agents, and what other adapters report; a vessel's own series are no probes. */
export function thingsOf(devices: readonly Device[], series: readonly Series[], ours: string): Thing[] {
  const agents = new Set([ours, ...devices.map((device) => device.agent)])
  const foreign = new Map<string, Thing>()
  for (const { adapter, node, metric, id } of series) {
    if (agents.has(adapter)) continue
    const key = `${adapter}\n${node}`
    const thing = foreign.get(key) ?? { id: key, title: node, agent: adapter, series: {}, isForeign: true }
    foreign.set(key, { ...thing, series: { ...thing.series, [metric]: id } })
  }
  return [...devices.map((device) => ({ ...device, isForeign: false })), ...foreign.values()]
}

function isTemperature(metric: string): boolean {
  return metric.includes('temperature')
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)))
}

/** The first paragraph of a description as one line, without the title that may stand before it. */
export function firstParagraph(description: string, title: string): string {
  const [first = ''] = description.split(/\n\s*\n/)
  const said = first.replaceAll(/\s+/g, ' ').trim()
  const rest = said.startsWith(`${title}: `) ? said.slice(title.length + 2) : said
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** What a person changed, on top of what somebody else made of the vessel meanwhile. */
export function rebased(base: Draft, draft: Draft, theirs: Draft): Draft {
  const merged: Record<string, unknown> = { ...theirs }
  for (const key of Object.keys(draft) as (keyof Draft)[]) if (!same(draft[key], base[key])) merged[key] = draft[key]
  const roles: Draft['roles'] = { ...theirs.roles }
  for (const role of ROLES) if ((draft.roles[role] ?? '') !== (base.roles[role] ?? '')) roles[role] = draft.roles[role] ?? ''
  return { ...(merged as unknown as Draft), roles }
}
