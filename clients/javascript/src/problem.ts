/** One thing that is wrong with a request, and where: a JSON pointer, `query:NAME` or `path:NAME`. */
export interface Complaint {
  where: string
  message: string
}

/** What a server says when it refuses (RFC 9457). `present` is the object as it is now, where a write was stale. */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly Complaint[] = [],
    readonly present: unknown = null,
  ) {
    super(detail || title)
  }

  /** The server's words about one place of the request, or null. */
  at(where: string): string | null {
    return this.errors.find((error) => error.where === where)?.message ?? null
  }
}

/** The server did not answer. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** The server refused something that was said over the live connection. `error` is its word for why. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(
    readonly error: string,
    detail: string,
  ) {
    super(detail || error)
  }
}

/** Reads a refusal, whatever its body is: a proxy may have written it. */
export async function problemOf(response: Response): Promise<Problem> {
  // Of one that is no JSON, or is cut off, the status is all that is known.
  const body = asRecord(await response.json().catch(() => null))
  return new Problem(
    response.status,
    text(body['title']) || response.statusText || `Status ${response.status}`,
    text(body['detail']),
    complaints(body['errors']),
    body['present'] ?? null,
  )
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function complaints(value: unknown): Complaint[] {
  if (!Array.isArray(value)) return []
  return value.map(asRecord).map((one) => ({ where: text(one['where']), message: text(one['message']) }))
}
