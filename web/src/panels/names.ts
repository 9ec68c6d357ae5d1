import type { Lane, Line } from '../charts/series'
import type { Joined } from '../state/pieces'

/** Ids as text, so that the same series again are no reason to read them again. */
export function namesOf(parts: readonly (Line | Lane)[]): string {
  return [...new Set(parts.map((part) => part.series))].join(' ')
}

export function split(names: string): string[] {
  return names ? names.split(' ') : []
}

/** Those that several series told of in turn. */
export function joinedIn(parts: readonly (Line | Lane)[]): Joined {
  return Object.fromEntries(parts.flatMap((one) => (one.parts ? [[one.series, one.parts] as const] : [])))
}
