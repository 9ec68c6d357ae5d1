import { alarms } from './alarms.svelte'
import { type Alarm, server } from './server'

const PART = 50

/** A rule in force: what is watched, and when it is told. */
export type Rule = Awaited<ReturnType<typeof rules>>[number]

export function rules() {
  return server.all('/rules')
}

/** The alarm that was over last, or null while there was none. */
export async function lastAlarm(): Promise<Alarm | null> {
  return (await server.get('/alarms', { query: { past: true, limit: 1 } })).items[0] ?? null
}

/** An alarm, standing or past. */
export function alarm(id: string): Promise<Alarm> {
  return server.get('/alarms/{id}', { path: { id } })
}

/** Alarms that are over and seen, the latest first, as far as they were read. */
export class PastAlarms {
  items = $state.raw<readonly Alarm[] | null>(null)
  failure = $state.raw<unknown>(null)
  earlierFailure = $state.raw<unknown>(null)
  isReading = $state(false)
  #vessel: string | null = null
  #next = $state<string | null>(null)
  #asked = 0

  /** What has been over since they were read stands before them. */
  readonly shown = $derived.by(() => {
    const { ended } = alarms
    const items = this.items ?? []
    const isNew = ended && this.items && !items.some(({ id, revision }) => id === ended.id && revision >= ended.revision)
    const fits = isNew && (this.#vessel === null || ended.vessel === this.#vessel)
    return fits ? [ended, ...items.filter(({ id }) => id !== ended.id)] : items
  })

  get hasEarlier(): boolean {
    return this.#next !== null
  }

  /** Reads the latest, of one vessel or of all. */
  async load(vessel: string | null): Promise<void> {
    if (vessel !== this.#vessel) this.items = null
    this.#vessel = vessel
    this.failure = this.earlierFailure = null
    await this.#read(null, (items) => (this.items = items))
  }

  async earlier(): Promise<void> {
    if (this.#next === null || this.isReading) return
    this.isReading = true
    this.earlierFailure = null
    await this.#read(this.#next, (items) => (this.items = [...(this.items ?? []), ...items]))
    this.isReading = false
  }

  async #read(cursor: string | null, take: (items: readonly Alarm[]) => void): Promise<void> {
    this.#asked += 1
    const mine = this.#asked
    const query = { past: true, limit: PART, ...(this.#vessel === null ? {} : { vessel: this.#vessel }), ...(cursor === null ? {} : { cursor }) }
    try {
      const { items, next } = await server.get('/alarms', { query })
      if (mine !== this.#asked) return
      take(items)
      this.#next = next ?? null
    } catch (failure) {
      if (mine !== this.#asked) return
      if (cursor === null) this.failure = failure
      else this.earlierFailure = failure
    }
  }
}
