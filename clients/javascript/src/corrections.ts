/** Stretches of a series that are not to be taken as they were read; what was read stays. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'

type Schemas = components['schemas']

export type CorrectionKind = Schemas['CorrectionBody']['kind']
/** A stretch with what is done to it: left out, moved by `value`, or set to `value`. */
export type CorrectionWish = Schemas['CorrectionWish']
export type Correction = Schemas['CorrectionBody']

export function corrections(server: Krausen): Promise<Correction[]> {
  return server.collection('/corrections')
}

export function correct(server: Krausen, wish: CorrectionWish): Promise<Correction> {
  return server.call('POST', '/corrections', { body: wish })
}

/** Undoes a correction: what was read counts again. */
export function uncorrect(server: Krausen, correction: string): Promise<void> {
  return server.call('DELETE', `/corrections/${encodeURIComponent(correction)}`)
}
