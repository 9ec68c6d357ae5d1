import { isUnreachable, Problem } from '../state/server'
import { words } from '../text'

/** A failure in plain words, with the server's own beside it. */
export function said(failure: unknown): { why: string; detail: string | null } {
  if (failure instanceof Problem) {
    return { why: failure.detail || failure.title, detail: words.trouble.answered(failure.status, failure.message) }
  }
  if (isUnreachable(failure)) return { why: `${words.trouble.away} ${words.trouble.awayThen}`, detail: null }
  return { why: words.trouble.unknown, detail: failure instanceof Error ? failure.message : null }
}

/** What somebody else has made of the thing meanwhile, where that is why the server refused; else null. */
export function theirsIn(failure: unknown): unknown {
  return failure instanceof Problem && failure.status === 409 ? (failure.present ?? null) : null
}
