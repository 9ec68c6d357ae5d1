import { adoptDevice, discovered as read, type FoundDevice, heedDevice, ignoreDevice, type NewController } from '@krausen/client'
import { Listing } from './listing.svelte'
import { server } from './server'

export type { FoundDevice } from '@krausen/client'

const EVERY_MS = 10_000

/** Devices that were found and that nobody uses. What is found is no change that the server announces. */
class Discovered extends Listing<FoundDevice> {
  constructor() {
    super(() => read(server), ['controller', 'device'], EVERY_MS)
  }

  /** Makes one of ours, under a name. Throws the server's refusal. */
  async adopt(found: FoundDevice, name: string): Promise<NewController> {
    const adopted = await adoptDevice(server, found.id, name)
    await this.load()
    return adopted
  }

  /** Offers one no more. Throws the server's refusal. */
  async ignore(found: FoundDevice): Promise<void> {
    await ignoreDevice(server, found.id)
    await this.load()
  }

  /** Offers an ignored one again. Throws the server's refusal. */
  async heed(found: FoundDevice): Promise<void> {
    await heedDevice(server, found.id)
    await this.load()
  }
}

export const discovered = new Discovered()
