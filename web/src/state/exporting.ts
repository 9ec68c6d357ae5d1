import { Problem, signedOut, Unreachable } from './server'

/** Why the server would refuse a file, null where it gives it; none of it is fetched. */
export async function refusalOf(address: string): Promise<unknown> {
  const stop = new AbortController()
  try {
    const response = await fetch(address, { signal: stop.signal })
    if (response.status === 401) signedOut.forEach((tell) => tell())
    return response.ok ? null : new Problem(response.status, response.statusText, await detailOf(response))
  } catch (failure) {
    return new Unreachable(failure instanceof Error ? failure.message : '')
  } finally {
    stop.abort()
  }
}

async function detailOf(response: Response): Promise<string> {
  const body: unknown = response.headers.get('content-type')?.includes('json') ? await response.json() : null
  const detail: unknown = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : ''
  return typeof detail === 'string' ? detail : ''
}
