import { Krausen, Problem, Unreachable } from '@krausen/client'

/** The one server that this page speaks to. */
export const server = new Krausen()

/** True when the server said that one must sign in. */
export function isSignedOut(failure: unknown): boolean {
  return failure instanceof Problem && failure.status === 401
}

export function isUnreachable(failure: unknown): boolean {
  return failure instanceof Unreachable
}

export { Problem, Unreachable }
export type * from '@krausen/client'
