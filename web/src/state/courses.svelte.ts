import { batchReport, type BatchReport } from '@krausen/client'
import { changes } from './changes'
import type { Column } from './columns'
import { columnsJoined, fetchSent, joinedOf } from './pieces'
import { type Batch, type BatchEvent, Problem, server } from './server'
import { site } from './site.svelte'
import { instant } from '../units/time'

const WIDTH = 800
const REREAD_MS = 60_000

/** The course of one batch: what was read of it, by role. */
export interface BatchCourse {
  batch: Batch
  events: readonly BatchEvent[]
  columns: Readonly<Record<string, Column>>
  from: number
  to: number
  /** Its numbers; null until they are there. */
  report: BatchReport | null
}

/** The courses of some batches, side by side. */
export class Courses {
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  failure = $state.raw<unknown>(null)
  items = $state.raw<readonly BatchCourse[]>([])
  /** How many of those asked for are not there. */
  missing = $state(0)
  readonly #ids: readonly string[]
  readonly #roles: readonly string[]

  constructor(ids: readonly string[], roles: readonly string[]) {
    this.#ids = ids
    this.#roles = roles
  }

  /** Keeps them as they are at the server; gives the act that ends it. */
  run(): () => void {
    void this.load()
    const deaf = changes.listen(({ what, id }) => (what === 'batch' && this.#ids.includes(id) ? void this.load() : undefined))
    const timer = setInterval(() => (this.items.some(({ batch }) => batch.finished_at === null) ? void this.load() : undefined), REREAD_MS)
    return () => {
      deaf()
      clearInterval(timer)
    }
  }

  async load(): Promise<void> {
    try {
      const found = await Promise.all(this.#ids.map((id) => this.#course(id)))
      this.items = found.filter((one) => one !== null)
      this.missing = found.length - this.items.length
      this.failure = null
      this.phase = 'ready'
      await this.#reckon()
    } catch (failure) {
      this.failure = failure
      if (this.phase === 'loading') this.phase = 'failed'
    }
  }

  /** Numbers take the server longer than lines; those that do not come are left out of the table. */
  async #reckon(): Promise<void> {
    const reports = await Promise.allSettled(this.items.map(({ batch }) => batchReport(server, batch.id)))
    const byId = Object.fromEntries(reports.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.batch.id, one.value] as const] : [])))
    this.items = this.items.map((item) => ({ ...item, report: byId[item.batch.id] ?? item.report }))
  }

  async #course(id: string): Promise<BatchCourse | null> {
    try {
      const [batch, events] = await Promise.all([server.batch(id), server.batchEvents(id)])
      const report = this.items.find((item) => item.batch.id === id)?.report ?? null
      return { batch, events, report, ...(await courseOf(batch, this.#roles)) }
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 404) return null
      throw failure
    }
  }
}

/** What was read of a batch from its start to its end, or to now. */
export async function courseOf(batch: Batch, roles: readonly string[]): Promise<Pick<BatchCourse, 'columns' | 'from' | 'to'>> {
  const to = instant(batch.finished_at) ?? site.clock.now()
  const from = instant(batch.started_at) ?? to
  const wanted = roles.filter((role) => batch.roles[role] !== undefined)
  if (to <= from || !wanted.length) return { columns: {}, from, to }
  const ids = wanted.map((role) => batch.roles[role] ?? '')
  const sent = await fetchSent(ids, joinedOf(batch), { from, to, width: WIDTH })
  const columns = wanted.flatMap((role) => {
    const parts = sent.get(batch.roles[role] ?? '')
    return parts?.length ? [[role, columnsJoined(parts)] as const] : []
  })
  return { columns: Object.fromEntries(columns), from, to }
}
