import type { Page } from '../state/page'

/** A page that fits an address, and what the named parts of its pattern stand for. */
export interface Match<P extends Pick<Page, 'path'>> {
  page: P
  params: Record<string, string>
}

/**
 * Finds the page for a path. Patterns are compared part by part; a part that begins with a colon takes anything. A page
 * of fixed parts goes before one that takes anything, and "*" is for what nobody wants.
 */
export function match<P extends Pick<Page, 'path'>>(pages: readonly P[], path: string): Match<P> | null {
  const parts = split(path)
  const found = pages
    .map((page) => ({ page, params: paramsOf(split(page.path), parts) }))
    .filter((one): one is Match<P> => one.params !== null)
    .sort((a, b) => open(a.page.path) - open(b.page.path))
  return found[0] ?? null
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern[0] === '*') return {}
  if (pattern.length !== parts.length) return null
  const params: Record<string, string> = {}
  for (const [i, part] of pattern.entries()) {
    const given = parts[i] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decoded(given)
    else if (part !== given) return null
  }
  return params
}

/** How open a pattern is: the fewer, the sooner it is taken. */
function open(path: string): number {
  return path === '*' ? Infinity : split(path).filter((part) => part.startsWith(':')).length
}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

/** A path that was cut in the middle of an escape is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (failure) {
    if (failure instanceof URIError) return part
    throw failure
  }
}
