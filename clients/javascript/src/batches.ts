/** What is brewed: batches from plan to end, what happened to them, and what they come to. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'
import type { Batch, BatchEvent } from './schema.js'

/** What people say of a batch. Gravities SG, volume litres. */
export type BatchPlan = Required<Omit<Schemas['BatchWish'], 'reason'>>

/** What became of a batch, in numbers; null is unknown. */
export type BatchReport = Narrowed<Schemas['ReportBody']>
type Narrowed<Report extends { batch: unknown }> = Omit<Report, 'batch'> & { batch: Batch }

/** Something to write down; without `at` it happened now. */
export interface EventNote {
  at?: string
  kind: string
  text: string
}

type Schemas = components['schemas']

export type BatchAct = 'start' | 'pause' | 'resume' | 'finish'

const at = (batch: string, rest = '') => `/batches/${encodeURIComponent(batch)}${rest}`
const why = (reason: string) => (reason ? { query: { reason } } : {})

/** Adds a batch, which is planned until it is started. */
export function addBatch(server: Krausen, plan: Partial<BatchPlan>): Promise<Batch> {
  return server.call('POST', '/batches', { body: plan })
}

export function changeBatch(server: Krausen, batch: string, change: Partial<BatchPlan>, seen?: number): Promise<Batch> {
  return server.call('PATCH', at(batch), { body: change, seen })
}

/** Starts, pauses, resumes or finishes a batch; 409 where it does not stand so. Without `at` it is so from now on. */
export function moveBatch(server: Krausen, batch: string, act: BatchAct, step: { at?: string; reason?: string } = {}): Promise<Batch> {
  return server.call('POST', at(batch, `/${act}`), { body: step })
}

/** Batches that lie in the bin and can be had back. */
export function binnedBatches(server: Krausen): Promise<Batch[]> {
  return server.collection('/batches', { state: 'deleted' })
}

/** Puts a batch into the bin, where it stays for thirty days. Its readings are not touched. */
export function removeBatch(server: Krausen, batch: string, reason = ''): Promise<void> {
  return server.call('DELETE', at(batch), why(reason))
}

/** Takes a batch out of the bin. */
export function restoreBatch(server: Krausen, batch: string): Promise<Batch> {
  return server.call('POST', at(batch, '/restore'), { body: {} })
}

export function addEvent(server: Krausen, batch: string, note: EventNote): Promise<BatchEvent> {
  return server.call('POST', at(batch, '/events'), { body: note })
}

export function removeEvent(server: Krausen, batch: string, event: string): Promise<void> {
  return server.call('DELETE', at(batch, `/events/${encodeURIComponent(event)}`))
}

/** Beer is out of band while it is more than `band` °C off its setpoint. */
export function batchReport(server: Krausen, batch: string, band?: number): Promise<BatchReport> {
  return server.call('GET', at(batch, '/report'), { query: { band_c: band } })
}
