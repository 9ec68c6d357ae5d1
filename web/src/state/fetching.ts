const RETRY_MS = 3000

/**
 * Fetches a part of the page, again and again while it cannot be had; `failed` is told each time. Gives null where
 * nobody waits for it any more, and tells nobody of what fails then.
 */
export async function fetched<T>(
  load: () => Promise<T>,
  isWanted: () => boolean,
  failed: (failure: unknown) => void,
): Promise<T | null> {
  while (isWanted()) {
    try {
      const part = await load()
      return isWanted() ? part : null
    } catch (failure) {
      if (!isWanted()) return null
      failed(failure)
      await new Promise((resume) => setTimeout(resume, RETRY_MS))
    }
  }
  return null
}
