import {
  addBatch,
  addEvent,
  type BatchAct,
  type BatchPlan,
  binnedBatches,
  changeBatch,
  type EventNote,
  moveBatch,
  removeBatch,
  removeEvent,
  restoreBatch,
} from '@krausen/client'
import { changes } from './changes'
import { Listing } from './listing.svelte'
import { roster } from './roster.svelte'
import { type Batch, type BatchEvent, isUnreachable, Problem, server } from './server'

export type { BatchAct, BatchPlan, EventNote } from '@krausen/client'

/** Every batch there is, but for those in the bin. */
export const brews = new Listing<Batch>(() => server.batches(), ['batch', 'vessel'])

/** Batches in the bin. */
export const bin = new Listing<Batch>(() => binnedBatches(server), ['batch'])

/** One batch with what happened to it, kept as it is at the server. Its acts throw the server's refusal. */
export class Brew {
  batch = $state.raw<Batch | null>(null)
  events = $state.raw<readonly BatchEvent[]>([])
  failure = $state.raw<unknown>(null)
  readonly id: string

  constructor(id: string) {
    this.id = id
  }

  get isUnknown(): boolean {
    return this.failure instanceof Problem && this.failure.status === 404
  }

  /** What is already known stays until the answer is here, and when none comes. */
  async load(): Promise<void> {
    try {
      const [batch, events] = await Promise.all([server.batch(this.id), server.batchEvents(this.id)])
      this.batch = batch
      this.events = events
      this.failure = null
    } catch (failure) {
      if (this.batch === null || !isUnreachable(failure)) this.failure = failure
    }
  }

  /** Follows what others change; gives the act that ends it. */
  follow(): () => void {
    return changes.listen(({ what, id }) => (what === 'batch' && id === this.id ? void this.load() : undefined))
  }

  async move(act: BatchAct, reason = ''): Promise<void> {
    this.batch = await moveBatch(server, this.id, act, { reason })
    await this.#settle()
  }

  /** Changes it as it was seen; 409 when somebody else was first. */
  async change(change: Partial<BatchPlan>): Promise<void> {
    this.batch = await changeBatch(server, this.id, change, this.batch?.revision)
    await this.#settle()
  }

  async note(note: EventNote): Promise<void> {
    await addEvent(server, this.id, note)
    await this.load()
  }

  /** Gives what takes this back. */
  async forget(event: BatchEvent): Promise<() => Promise<void>> {
    await removeEvent(server, this.id, event.id)
    await this.load()
    return () => this.note({ at: event.at, kind: event.kind, text: event.text })
  }

  async #settle(): Promise<void> {
    await Promise.all([this.load(), roster.load()])
  }
}

/** Adds a batch, which is planned until it is started. */
export async function plan(wish: Partial<BatchPlan>): Promise<Batch> {
  const batch = await addBatch(server, wish)
  await brews.load()
  return batch
}

export async function begin(batch: string): Promise<void> {
  await moveBatch(server, batch, 'start')
  await Promise.all([brews.load(), roster.load()])
}

/** Puts a batch into the bin; gives what takes this back. */
export async function discard(batch: string): Promise<() => Promise<void>> {
  await removeBatch(server, batch)
  await brews.load()
  return () => restore(batch)
}

/** Takes a batch out of the bin again. */
export async function restore(batch: string): Promise<void> {
  await restoreBatch(server, batch)
  await Promise.all([brews.load(), bin.load()])
}
