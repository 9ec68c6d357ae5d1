/** Doors: other programs' and gadgets' protocols, at which they may knock. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'

type Schemas = components['schemas']

export type Door = Schemas['DoorBody']
export type DoorPatch = Schemas['DoorPatch']
/** One who was let in: what reported, and how many readings it brought. */
export type Knock = Door['recent_knocks'][number]
/** What was refused, and how often in a row. */
export type DoorRefusal = Door['recent_refusals'][number]

export function doors(server: Krausen): Promise<Door[]> {
  return server.collection('/doors')
}

/** Changes a door as it was seen, at once; 409 when somebody else was first. */
export function changeDoor(server: Krausen, name: string, patch: DoorPatch, seen?: number): Promise<Door> {
  return server.call('PATCH', `/doors/${encodeURIComponent(name)}`, { body: patch, seen })
}
