import { correct, type Correction, corrections as listed, type CorrectionWish, uncorrect } from '@krausen/client'
import { Listing } from './listing.svelte'
import { server } from './server'

export type { Correction, CorrectionKind, CorrectionWish } from '@krausen/client'

/** Every stretch that is not to be taken as it was read. */
export const corrections = new Listing<Correction>(() => listed(server), ['correction'])

/** Corrects a stretch. Throws the server's refusal. */
export async function addCorrection(wish: CorrectionWish): Promise<void> {
  await correct(server, wish)
  await corrections.load()
}

/** Undoes a correction; gives what makes it anew. Throws the server's refusal. */
export async function undoCorrection({ id, series, from, to, kind, value, reason }: Correction): Promise<() => Promise<void>> {
  await uncorrect(server, id)
  await corrections.load()
  return () => addCorrection({ series, from, to, kind, value, reason })
}
