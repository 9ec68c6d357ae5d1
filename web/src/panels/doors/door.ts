import { fieldsOf, type SchemaField } from '../../controls/schema'
import type { Door, DoorPatch } from '../../state/server'
import { doors as words } from '../../text/doors'
import { age } from '../../units/duration'
import { stamp } from '../../units/time'

export type DoorState = 'open' | 'closed' | 'stuck'

/** The private networks and this machine itself: RFC 1918, 3927, 4193, 4291. */
const PRIVATE = ['10.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7', 'fe80::/10']
const FRESH_S = 10

/** Where the page itself was found: what a device is likely to find the server by. */
export type Here = Pick<Location, 'protocol' | 'hostname' | 'port'>

/** What is entered in a device or program. */
export interface Addresses {
  http: string | null
  /** Other paths that are answered as well. */
  also: readonly string[]
  socket: string | null
  tcp: string | null
}

/** What a person changes of a door, before it is kept. */
export interface Draft {
  port: string
  allow: readonly string[]
  maySwitch: boolean
  settings: Record<string, unknown>
}

export function stateOf(door: Door): DoorState {
  if (!door.enabled) return 'closed'
  return door.problem === null ? 'open' : 'stuck'
}

/** The sentence of the page: what does not open, else how many are open. */
export function doorsSentence(doors: readonly Door[]): string {
  if (doors.length === 0) return words.none
  const stuck = doors.filter((door) => stateOf(door) === 'stuck').length
  return stuck ? words.stuck(stuck) : words.open(doors.filter((door) => door.enabled).length)
}

/** By title: a door stays where it is when somebody opens it. */
export function ordered(doors: readonly Door[]): Door[] {
  return doors.toSorted((a, b) => a.title.localeCompare(b.title))
}

/** Where a door is found. A port of its own speaks HTTP without a proxy before it. */
export function addressesOf(door: Pick<Door, 'paths' | 'sockets' | 'port' | 'tcp_port'>, here: Here): Addresses {
  const host = here.hostname
  const authority = here.port ? `${host}:${here.port}` : host
  const base = door.port === null ? `${here.protocol}//${authority}` : `http://${host}:${door.port}`
  const [socket] = door.sockets
  const [first, ...others] = [...new Map(door.paths.toReversed().map((path) => [plainPath(path), path])).values()].toReversed()
  return {
    http: first === undefined ? null : base + first,
    also: others,
    socket: socket === undefined ? null : base.replace(/^http/, 'ws') + socket,
    tcp: door.tcp_port === null ? null : `${host}:${door.tcp_port}`,
  }
}

/** True when this page was found under a name that means every device itself. */
export function isHereOnly({ hostname }: Here): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\./.test(hostname) || hostname === '[::1]'
}

/** Who may knock, in a sentence. */
export function callersSaid({ proof, allow }: Pick<Door, 'proof' | 'allow'>): string {
  const networks = allow.join(', ')
  const isPrivate = same([...allow].sort(), PRIVATE)
  if (proof === 'login') return isPrivate ? words.withLoginPrivate : networks ? words.withLoginFrom(networks) : words.withLogin
  if (isPrivate) return words.fromPrivate
  return networks ? words.from(networks) : words.fromNowhere
}

/** "40 s ago", "just now", and from a day on the time itself. */
export function agoSaid(at: number, now: number, zone: string): string {
  const seconds = Math.max(0, (now - at) / 1000)
  if (seconds < FRESH_S) return words.justNow
  const said = age(seconds)
  return said === null ? stamp(at, now, zone) : words.ago(said)
}

export function draftOf(door: Door): Draft {
  return { port: door.port === null ? '' : String(door.port), allow: door.allow, maySwitch: door.may_switch, settings: door.settings }
}

/** The value that a JSON text stands for; undefined where it stands for none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined
    throw failure
  }
}

/** What a door is for, in its first paragraph, and how it works, in the others. */
export function described(description: string): { what: string; how: readonly string[] } {
  const [what = '', ...how] = description.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
  return { what, how: how.filter((paragraph) => paragraph !== '') }
}

/** A schema split in two: what a plain form draws, and the names of what is more than a line. */
export function splitSchema(schema: Record<string, unknown>): { plain: Record<string, unknown>; large: readonly SchemaField[] } {
  const large = fieldsOf(schema).filter(({ kind }) => kind === 'unknown')
  if (!large.length) return { plain: schema, large }
  const names = new Set(large.map(({ name }) => name))
  const root = rootOf(schema)
  const properties = Object.fromEntries(Object.entries((root['properties'] ?? {}) as Record<string, unknown>).filter(([name]) => !names.has(name)))
  return { plain: { ...schema, ...root, $ref: undefined, properties }, large }
}

/** What the server says of settings, by the name of the setting; of something inside one, with its place. */
export function settingErrors(errors: readonly { where: string; message: string }[]): Record<string, string> {
  const said = errors.filter(({ where }) => where.startsWith('/settings/'))
  return Object.fromEntries(said.toReversed().map(({ where, message }) => {
    const [, , name = '', ...inside] = where.split('/')
    return [name, inside.length ? `/${inside.join('/')}: ${message}` : message]
  }))
}

/** What is wrong with a port that somebody typed, if anything. A door that stands apart cannot be without one. */
export function portFault(entered: string, { apart }: Pick<Door, 'apart'>): string | null {
  const trimmed = entered.trim()
  if (apart && trimmed === '') return words.portNeeded
  const port = /^\d{1,5}$/.test(trimmed) ? Number(trimmed) : 0
  return trimmed === '' || (port >= 1 && port <= 65_535) ? null : words.portWrong
}

/** What a draft changes of a door; a setting that is taken back is null, as RFC 7396 has it. */
export function patchOf(door: Door, draft: Draft): DoorPatch {
  const port = draft.port.trim() === '' ? null : Number(draft.port)
  const settings = settingsPatch(door.settings, draft.settings)
  return {
    ...(port === door.port ? {} : { port }),
    ...(same(draft.allow, door.allow) ? {} : { allow: [...draft.allow] }),
    ...(draft.maySwitch === door.may_switch ? {} : { may_switch: draft.maySwitch }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  }
}

/** A draft on top of what somebody else made of the door meanwhile: theirs, where nothing was changed here. */
export function rebased(draft: Draft, before: Door, present: Door): Draft {
  const [old, theirs] = [draftOf(before), draftOf(present)]
  const settings = { ...theirs.settings }
  for (const [name, value] of Object.entries(settingsPatch(old.settings, draft.settings))) settings[name] = value
  return {
    port: draft.port === old.port ? theirs.port : draft.port,
    allow: same(draft.allow, old.allow) ? theirs.allow : draft.allow,
    maySwitch: draft.maySwitch === old.maySwitch ? theirs.maySwitch : draft.maySwitch,
    settings,
  }
}

/** Networks with one more; what is there already is not doubled. */
export function withNetwork(networks: readonly string[], entered: string): readonly string[] {
  const fresh = entered.split(/[\s,;]+/).filter((one) => one !== '' && !networks.includes(one))
  return [...networks, ...new Set(fresh)]
}

function settingsPatch(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => !same(before[name], after[name]))
  return Object.fromEntries(changed.map((name) => [name, name in after ? after[name] : null]))
}

/** The object that a schema is of, where it stands behind a reference. */
function rootOf(schema: Record<string, unknown>): Record<string, unknown> {
  const name = /^#\/\$defs\/(.+)$/.exec(String(schema['$ref'] ?? ''))?.[1]
  const found = name === undefined ? undefined : (schema['$defs'] as Record<string, Record<string, unknown>> | undefined)?.[name]
  return found ?? schema
}

function plainPath(path: string): string {
  return path.toLowerCase().replace(/\/$/, '')
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
