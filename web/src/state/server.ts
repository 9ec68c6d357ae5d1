import { Krausen, Problem, Unreachable } from '@krausen/client'

const SMALL = 8192

/** Request Timeout, Too Early, Too Many Requests. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429])

/** Called when a call was answered that one is not signed in, or not any more. */
export const signedOut = new Set<() => void>()

/** The one server that this page speaks to. */
export const server = new Krausen({
  fetch: async (input, init) => {
    const response = await fetch(input, { ...init, keepalive: isSmallChange(init) })
    if (response.status === 401) signedOut.forEach((tell) => tell())
    return response
  },
})

/** A change goes on its way to the end although the page is left; browsers do that for 64 KiB at once. */
function isSmallChange(init: RequestInit | undefined): boolean {
  const isChange = init?.method !== undefined && init.method !== 'GET'
  return isChange && (init.body === undefined || (typeof init.body === 'string' && init.body.length < SMALL))
}

/** True when the server said that one must sign in. */
export function isSignedOut(failure: unknown): boolean {
  return failure instanceof Problem && failure.status === 401
}

export function isUnreachable(failure: unknown): boolean {
  return failure instanceof Unreachable
}

/** True when the same call may go well a little later: nobody answered, or not now. */
export function isPassing(failure: unknown): boolean {
  return isUnreachable(failure) || (failure instanceof Problem && (PASSING.has(failure.status) || failure.status >= 500))
}

export { Problem, Unreachable }
export type * from '@krausen/client'
