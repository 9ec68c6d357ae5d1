const KEY = 'krausen.left'
let noted = ''

/** Remembers in this browser where a person is. */
export function noteHere(user: string, path: string): void {
  noted = `${user} ${path}`
  storage()?.setItem(KEY, noted)
}

/** Where this person was last in this browser; null when it was somebody else, or nobody. */
export function lastHere(user: string): string | null {
  const kept = storage()?.getItem(KEY) ?? noted
  return kept.startsWith(`${user} `) ? kept.slice(user.length + 1) : null
}

/** Some browsers forbid storage; it is then known as long as the page is open. */
function storage(): Storage | null {
  try {
    return globalThis.localStorage
  } catch (failure) {
    if (failure instanceof DOMException) return null
    throw failure
  }
}
