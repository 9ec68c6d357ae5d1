/** Other tools' history, a file at a time. */
import type { components } from './openapi.js'
import { problemOf, Unreachable } from './problem.js'
import type { Krausen, Settings } from './rest.js'

type Schemas = components['schemas']
export type FileReport = Schemas['FileReport']
/** What became of a file; `state` and `share` tell how far it is. */
export type ImportReport = Schemas['ImportReport']

export interface ImportWish {
  name: string
  /** IANA name of the zone of times that have none of their own. */
  zone: string
  /** The format, and what is what in it, where it should not be found out: `NAME` or `NAME:KEY=VALUE,…`. */
  format?: string
  /** Only tells what would happen. */
  isDry: boolean
  /** Answers at once; what became of it is asked for by the report's id. */
  isAsync?: boolean
}

/** Stores everything of a file that is valid, or only tells what would be. Throws what any other call throws. */
export async function importFile(file: Blob, wish: ImportWish, { base = '', token, fetch = globalThis.fetch }: Settings = {}): Promise<ImportReport> {
  const query = new URLSearchParams({ name: wish.name, timezone: wish.zone, dry_run: String(wish.isDry) })
  if (wish.format) query.set('format', wish.format)
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream' }
  if (wish.isAsync) headers['prefer'] = 'respond-async'
  if (token) headers['authorization'] = `Bearer ${token}`
  let response: Response
  try {
    response = await fetch(`${base}/api/v1/imports?${query.toString()}`, { method: 'POST', body: file, headers, credentials: 'same-origin' })
  } catch (failure) {
    throw new Unreachable('The server did not answer.', { cause: failure })
  }
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as ImportReport
}

/** How far an import is, or what became of it. */
export function importReport(server: Krausen, id: string): Promise<ImportReport> {
  return server.call('GET', `/imports/${encodeURIComponent(id)}`)
}
