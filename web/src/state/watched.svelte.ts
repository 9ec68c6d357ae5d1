import { link } from './live.svelte'

const TICK_MS = 2000
/** At rest it is asked every so many ticks. */
const SELDOM = 15

/** Something that the server tells when it is asked: often while it is under way, else now and then. */
export class Watched<Told> {
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  failure = $state.raw<unknown>(null)
  told = $state.raw<Told | null>(null)
  readonly #read: () => Promise<Told>
  readonly #isUnderWay: (told: Told) => boolean
  #asked = 0

  constructor(read: () => Promise<Told>, isUnderWay: (told: Told) => boolean) {
    this.#read = read
    this.#isUnderWay = isUnderWay
  }

  /** Reads it anew; what is already known stays until the answer is here, and when none comes. */
  async load(): Promise<void> {
    this.#asked += 1
    const turn = this.#asked
    try {
      const told = await this.#read()
      // An answer from before the newest question says what was so then.
      if (turn !== this.#asked) return
      this.told = told
      this.failure = null
      this.phase = 'ready'
    } catch (failure) {
      if (turn !== this.#asked) return
      this.failure = failure
      if (this.told === null) this.phase = 'failed'
    }
  }

  retry(): Promise<void> {
    if (this.told === null) this.phase = 'loading'
    return this.load()
  }

  /** Keeps it as it is at the server while somebody looks; gives the act that ends that. */
  follow(): () => void {
    let ticks = 0
    const looking = setInterval(() => {
      ticks += 1
      const isDue = ticks % SELDOM === 0 || (this.told !== null && this.#isUnderWay(this.told))
      if (isDue && link.state !== 'lost' && document.visibilityState === 'visible') void this.load()
    }, TICK_MS)
    return () => clearInterval(looking)
  }
}
