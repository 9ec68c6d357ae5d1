import { journal, type JournalChoice } from '@krausen/client'
import { changes } from './changes'
import { type JournalEntry, server } from './server'

const PART = 50
/** Several changes often come together; they are read at once. */
const SOON_MS = 250

/** How to find what is newer among the newest lines. */
type Finding = (newest: readonly JournalEntry[], known: readonly JournalEntry[]) => { fresh: readonly JournalEntry[]; isWhole: boolean }

/** The journal as far as it was read, newest first. */
export class Chronicle {
  lines = $state.raw<readonly JournalEntry[] | null>(null)
  /** Newer lines that wait to be shown. */
  waiting = $state.raw<readonly JournalEntry[]>([])
  failure = $state.raw<unknown>(null)
  earlierFailure = $state.raw<unknown>(null)
  isReading = $state(false)
  #next = $state<string | null>(null)
  #asked: JournalChoice = {}
  #soon: ReturnType<typeof setTimeout> | undefined
  readonly #find: Finding
  readonly #maySlip: () => boolean

  /** `maySlip` tells whether new lines may push the others down now. */
  constructor(find: Finding, maySlip: () => boolean) {
    this.#find = find
    this.#maySlip = maySlip
  }

  get hasEarlier(): boolean {
    return this.#next !== null
  }

  /** Reads the newest lines, and follows from here on; gives the act that ends it. */
  run(): () => void {
    void this.#look()
    const deaf = changes.listen(() => {
      clearTimeout(this.#soon)
      this.#soon = setTimeout(() => void this.#look(), SOON_MS)
    })
    return () => {
      clearTimeout(this.#soon)
      deaf()
    }
  }

  /** Reads from here on what is asked for; what was read of other things is put away. */
  ask(choice: JournalChoice): void {
    if (JSON.stringify(choice) === JSON.stringify(this.#asked)) return
    this.#asked = choice
    this.lines = null
    this.waiting = []
    this.failure = this.earlierFailure = null
    this.#next = null
    void this.#look()
  }

  async load(): Promise<void> {
    this.failure = null
    await this.#look()
  }

  async earlier(): Promise<void> {
    if (this.#next === null || this.isReading) return
    const asked = this.#asked
    this.isReading = true
    this.earlierFailure = null
    try {
      const { items, next } = await journal(server, { ...asked, limit: PART, cursor: this.#next })
      if (asked !== this.#asked) return
      this.lines = [...(this.lines ?? []), ...items]
      this.#next = next
    } catch (failure) {
      if (asked === this.#asked) this.earlierFailure = failure
    } finally {
      this.isReading = false
    }
  }

  /** Shows what has been waiting. */
  show(): void {
    this.lines = [...this.waiting, ...(this.lines ?? [])]
    this.waiting = []
  }

  async #look(): Promise<void> {
    const asked = this.#asked
    try {
      const { items, next } = await journal(server, { ...asked, limit: PART })
      // Meanwhile something else may have been asked for.
      if (asked !== this.#asked) return
      this.failure = null
      this.#take(items, next)
    } catch (failure) {
      // Shown only where nothing is; what was read before stays true.
      if (asked === this.#asked) this.failure = failure
    }
  }

  #take(newest: readonly JournalEntry[], next: string | null): void {
    const known = [...this.waiting, ...(this.lines ?? [])]
    const { fresh, isWhole } = this.#find(newest, known)
    if (!known.length || !isWhole) {
      this.lines = newest
      this.waiting = []
      this.#next = next
      return
    }
    this.waiting = [...fresh, ...this.waiting]
    if (this.#maySlip()) this.show()
  }
}
