import type { Model, Standing } from '../../state/learned.svelte'
import { chamber as words } from '../../text/chamber'

/** The model of a chamber as a file has it, or what is wrong with the file. */
export type FileRead = { model: Model; standing: Standing; watchedH: number } | { fault: string }

/** Far above what a model needs. */
export const LARGEST_BYTES = 262_144

/** Reads a file of a learned chamber as far as a page can; the server judges the rest. */
export function fileRead(name: string, text: string): FileRead {
  if (text.length > LARGEST_BYTES) return { fault: words.tooLarge(name) }
  const content: unknown = parsed(text)
  if (content === undefined) return { fault: words.notJson(name) }
  if (!isModel(content)) return { fault: words.notLearned(name) }
  const { standing, watched_h: watchedH } = content
  return {
    model: content,
    standing: isStanding(standing) ? standing : 'new',
    watchedH: typeof watchedH === 'number' && Number.isFinite(watchedH) ? watchedH : 0,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined
    throw failure
  }
}

function isModel(content: unknown): content is Model {
  if (typeof content !== 'object' || content === null) return false
  const { mean, spread } = content as Record<string, unknown>
  return isNumbers(mean) && isNumbers(spread)
}

const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number')

const isStanding = (value: unknown): value is Standing => typeof value === 'string' && Object.hasOwn(words.standings, value)
