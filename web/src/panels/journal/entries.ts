import type { JournalEntry } from '../../state/server'
import { journal as text } from '../../text/journal'
import { temperature, type TemperatureUnit } from '../../units/temperature'

/** What is known of the things that entries name. Each gives null for what is not, or not any more, there. */
export interface Names {
  person: (login: string) => string | null
  member: (id: string) => string | null
  token: (id: string) => string | null
  vessel: (id: string) => string | null
  batch: (id: string) => string | null
  unit: TemperatureUnit
}

/** A line of the journal in plain words: who, what they did, to which thing, and how that is now. */
export interface Line {
  who: string
  did: string
  thing: string
  /** Where the thing is, while it is. */
  path: string | null
  then: string
  reason: string
}

/** Under such a key the server keeps what a person likes. */
const TASTE = /^user\.([^.]+)\./
const SETPOINT = /^(beer|chamber) (-?\d+(?:\.\d+)?) °C$/

/** "Anna" "set" "North freezer" "to beer 19.2 °C", and why. */
export function lineOf(entry: JournalEntry, names: Names): Line {
  const { what, action, detail, reason } = entry
  const common = { who: whoOf(entry.by, names), reason, then: '' }
  if (what === 'vessel' && action === 'setpoint') {
    return { ...common, did: text.setpointDid, ...vesselOf(entry.id, names), then: text.setpointThen(wishOf(detail, names.unit)) }
  }
  if (what === 'setting') return { ...common, did: verbOf(what, action), thing: settingOf(entry, names), path: '/settings' }
  return { ...common, did: verbOf(what, action), ...thingOf(entry, names), then: detailOf(entry) }
}

/** What is newer than what is known already, and whether anything between may be missing. Both newest first. */
export function newer(newest: readonly JournalEntry[], known: readonly JournalEntry[]): { fresh: readonly JournalEntry[]; isWhole: boolean } {
  if (!known.length) return { fresh: newest, isWhole: true }
  const at = newest.findIndex((_, i) => newest.slice(i).every((one, k) => isSame(one, known[k])))
  return at < 0 ? { fresh: newest, isWhole: false } : { fresh: newest.slice(0, at), isWhole: true }
}

/** What lies beyond the known ones is not compared. */
function isSame(a: JournalEntry, b: JournalEntry | undefined): boolean {
  if (!b) return true
  return a.at === b.at && a.by === b.by && a.what === b.what && a.id === b.id && a.action === b.action && a.detail === b.detail
}

function whoOf(by: string, names: Names): string {
  if (by === '') return text.somebody
  const token = names.token(by)
  return names.person(by) ?? text.by[by] ?? (token === null ? by : text.program(token))
}

function verbOf(what: string, action: string): string {
  if (what === 'token' && action === 'created') return text.made
  if (what === 'token' && action === 'deleted') return text.revoked
  return text.verbs[action] ?? action
}

/** Things that have a page while they are there. */
const PLACES: Partial<Record<string, (id: string, names: Names) => { name: string | null; path: string }>> = {
  vessel: (id, names) => ({ name: names.vessel(id), path: `/vessels/${id}` }),
  batch: (id, names) => ({ name: names.batch(id), path: `/batches/${id}` }),
  user: (id, names) => ({ name: names.member(id), path: '/settings/people' }),
  token: (id, names) => ({ name: names.token(id), path: '/settings/people' }),
  agent: (id) => ({ name: id, path: '/agents' }),
}

/** Ids that nobody can read: the detail names the thing, where it was made or removed. */
const OPAQUE = new Set(['user', 'token'])

function thingOf({ what, id, action, detail }: JournalEntry, names: Names): Pick<Line, 'thing' | 'path'> {
  const kind = text.kinds[what] ?? what
  const place = PLACES[what]?.(id, names)
  const shown = (name: string) => `${kind} ${what === 'token' ? text.quoted(name) : name}`
  if (place?.name) return { thing: shown(place.name), path: place.path }
  if (!OPAQUE.has(what)) return { thing: `${kind} ${id}`, path: null }
  const named = action === 'updated' ? '' : detail
  return { thing: named ? shown(named) : (text.some[what] ?? kind), path: null }
}

function vesselOf(id: string, names: Names): Pick<Line, 'thing' | 'path'> {
  const name = names.vessel(id)
  return name === null ? { thing: id, path: null } : { thing: name, path: `/vessels/${id}` }
}

function settingOf({ id, by }: JournalEntry, names: Names): string {
  const user = TASTE.exec(id)?.[1]
  if (user === undefined) return text.settings[id] ?? `${text.kinds['setting'] ?? ''} ${id}`
  const name = names.member(user)
  if (name === null) return text.tasteOfSomebody
  return name === names.person(by) ? text.ownTaste : text.taste(name)
}

function detailOf({ what, action, detail }: JournalEntry): string {
  if (!detail) return ''
  if (what === 'user' && action === 'updated') return text.then(detail.split(', ').map((field) => text.fields[field] ?? field).join(', '))
  return OPAQUE.has(what) ? '' : text.then(detail)
}

/** "beer 19.20 °C" in the person's unit, and other modes in words. */
function wishOf(detail: string, unit: TemperatureUnit): string {
  const found = SETPOINT.exec(detail)
  if (found) return `${text.modes[found[1] as 'beer' | 'chamber']} ${temperature(Number(found[2]), unit)}`
  return detail === 'off' || detail === 'profile' ? text.modes[detail] : detail
}
