import { Krausen, Problem, Unreachable } from '@krausen/client'

/** Called when a call was answered that one is not signed in, or not any more. */
export const signedOut = new Set<() => void>()

/** The one server that this page speaks to. */
export const server = new Krausen({
  fetch: async (input, init) => {
    const response = await fetch(input, init)
    if (response.status === 401) signedOut.forEach((tell) => tell())
    return response
  },
})

/** True when the server said that one must sign in. */
export function isSignedOut(failure: unknown): boolean {
  return failure instanceof Problem && failure.status === 401
}

export function isUnreachable(failure: unknown): boolean {
  return failure instanceof Unreachable
}

export { Problem, Unreachable }
export type * from '@krausen/client'
