import { changeDoor, doors as read } from '@krausen/client'
import { Listing } from './listing.svelte'
import { type Door, type DoorPatch, server } from './server'

const EVERY_MS = 5000

/** The doors. Who knocks is no change that the server announces: it is asked for again and again. */
class Doors extends Listing<Door> {
  constructor() {
    super(() => read(server), ['door'], EVERY_MS)
  }

  /** Changes a door as it was seen. Throws the server's refusal. */
  async change(seen: Door, patch: DoorPatch): Promise<void> {
    await changeDoor(server, seen.name, patch, seen.revision)
    await this.load()
  }
}

export const doors = new Doors()
