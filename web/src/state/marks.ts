import { settings } from './settings.svelte'

/** What a test can make that stays until it is cleared away. */
export const MADE = ['profile', 'controller', 'channel', 'setting'] as const
export type Made = (typeof MADE)[number]

/** Something that a test made: its id or name, and what stands of it in its mark. */
export interface Mark {
  kind: Made
  id: string
  note: unknown
}

const PREFIX = 'test.'

/** Under which setting the server keeps that a test made this, so that every page knows. */
export function markOf(kind: Made, id: string): string {
  return `${PREFIX}${kind}.${id}`
}

/** True for what a test made. */
export function isTest(kind: Made, id: string): boolean {
  return settings.values.has(markOf(kind, id))
}

/** Everything that tests made and nobody has cleared away. */
export function marksIn(values: ReadonlyMap<string, unknown>): Mark[] {
  return [...values].flatMap(([key, note]) => {
    const kind = MADE.find((one) => key.startsWith(`${PREFIX}${one}.`))
    return kind ? [{ kind, id: key.slice(markOf(kind, '').length), note }] : []
  })
}
