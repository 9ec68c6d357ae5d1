import { changes } from './changes'
import { server, type Algorithm, type Chamber, type Device, type Series } from './server'

const SOON_MS = 300

/** A collection of the server's: read when somebody looks at it, and again when any of it has changed. */
export class Listing<Item> {
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  failure = $state.raw<unknown>(null)
  items = $state.raw<readonly Item[]>([])
  readonly #read: () => Promise<readonly Item[]>
  readonly #concerns: readonly string[]
  readonly #everyMs: number | null

  /**
   * `concerns` are the things whose changes change it, as the channel `changes` calls them. What changes without
   * the server announcing it is read again every `everyMs`, while the page is seen.
   */
  constructor(read: () => Promise<readonly Item[]>, concerns: readonly string[], everyMs: number | null = null) {
    this.#read = read
    this.#concerns = concerns
    this.#everyMs = everyMs
  }

  /** Reads it anew; what is already known stays until the answer is here, and when none comes. */
  async load(): Promise<void> {
    try {
      this.items = await this.#read()
      this.phase = 'ready'
      this.failure = null
    } catch (failure) {
      this.failure = failure
      if (this.phase === 'loading') this.phase = 'failed'
    }
  }

  retry(): Promise<void> {
    this.phase = 'loading'
    return this.load()
  }

  /** Keeps it as it is at the server from here on; gives the act that ends that. */
  follow(): () => void {
    let soon: ReturnType<typeof setTimeout> | undefined
    // Several changes at once are read once.
    const later = () => {
      clearTimeout(soon)
      soon = setTimeout(() => void this.load(), SOON_MS)
    }
    const unlisten = changes.listen((change) => this.#concerns.includes(change.what) && later())
    const again = this.#everyMs === null ? undefined : setInterval(() => this.#look(), this.#everyMs)
    return () => {
      unlisten()
      clearTimeout(soon)
      clearInterval(again)
    }
  }

  #look(): void {
    if (document.visibilityState === 'visible') void this.load()
  }
}

export const devices = new Listing<Device>(() => server.devices(), ['device', 'agent', 'vessel'])
export const series = new Listing<Series>(() => server.series(), ['device', 'adapter'])
export const chambers = new Listing<Chamber>(() => server.chambers(), ['chamber'])
/** What can control a vessel does not change while the server runs. */
export const algorithms = new Listing<Algorithm>(() => server.algorithms(), [])
