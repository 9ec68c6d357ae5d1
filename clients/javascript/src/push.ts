/** Push targets: outside services that receive readings from us. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'

type Schemas = components['schemas']

/** All of them, none, or those with these ids. */
export type Chosen = 'all' | 'none' | readonly string[]

/** What goes to a target. */
export type Selection = Record<'vessels' | 'sensors' | 'batches' | 'series', Chosen>

/** One attempt to send: what was sent and answered, with secrets hidden; `status` is that of HTTP. */
export type Delivery = Schemas['DeliveryBody']

/** A secret among the settings is told as "•••", and kept when it is sent back like that. */
export type PushTarget = Omit<Schemas['TargetBody'], 'state' | 'circuit' | 'what'> & {
  state: 'active' | 'paused' | 'failing'
  circuit: 'closed' | 'open' | 'half-open'
  what: Selection
}

/** A kind of service; `schema` is the JSON Schema of its settings. */
export type TargetKind = Omit<Schemas['TargetKindBody'], 'sends' | 'takes'> & {
  sends: 'latest' | 'every'
  takes: readonly ('vessels' | 'sensors' | 'series')[]
}

export interface TargetPlan {
  name: string
  every_s: number
  what: Selection
  settings: Record<string, unknown>
}

/** What is to be another way; a setting that is null is as usual again. */
export type TargetPatch = Partial<TargetPlan> & { state?: 'active' | 'paused'; reason?: string }

/** Some of the deliveries, and what leads to those before them. */
export interface Deliveries {
  items: Delivery[]
  next: string | null
}

export function targetKinds(server: Krausen): Promise<TargetKind[]> {
  return server.collection('/push-targets/kinds')
}

export function targets(server: Krausen): Promise<PushTarget[]> {
  return server.collection('/push-targets')
}

export function target(server: Krausen, id: string): Promise<PushTarget> {
  return server.call('GET', pathOf(id))
}

export function addTarget(server: Krausen, kind: string, plan: TargetPlan, state: 'active' | 'paused'): Promise<PushTarget> {
  return server.call('POST', '/push-targets', { body: { kind, ...plan, state } })
}

/** Changes a target as it was seen, at once; 409 when somebody else was first. */
export function changeTarget(server: Krausen, id: string, patch: TargetPatch, seen?: number): Promise<PushTarget> {
  return server.call('PATCH', pathOf(id), { body: patch, seen })
}

export function removeTarget(server: Krausen, id: string, reason = ''): Promise<void> {
  return server.call('DELETE', pathOf(id), { query: { reason: reason || undefined } })
}

/** Sends once what would go out now; gives exactly what went and what came. */
export function testTarget(server: Krausen, id: string): Promise<Delivery> {
  return server.call('POST', `${pathOf(id)}/test`)
}

/** The last deliveries, the latest first. */
export function deliveries(server: Krausen, id: string, limit: number, cursor?: string): Promise<Deliveries> {
  return server.call('GET', `${pathOf(id)}/deliveries`, { query: { limit, cursor } })
}

function pathOf(id: string): string {
  return `/push-targets/${encodeURIComponent(id)}`
}
