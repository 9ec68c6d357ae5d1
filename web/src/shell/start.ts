import { address } from '../state/address.svelte'
import { doing } from '../state/doing.svelte'
import { link } from '../state/live.svelte'
import { roster } from '../state/roster.svelte'
import { isUnreachable, Problem } from '../state/server'
import { session } from '../state/session.svelte'
import { site } from '../state/site.svelte'

const KEY = /^#key=(.+)$/
const RETRY_MS = 3000
const LISTEN_MS = 800

/** Finds out where one is and who one is. Runs until the server has answered. */
export async function enter(): Promise<void> {
  const key = KEY.exec(location.hash)?.[1]
  if (key) address.replace(location.pathname + location.search)
  for (;;) {
    try {
      await Promise.all([site.ask(), key ? useKey(decodeURIComponent(key)) : session.check()])
      return
    } catch (failure) {
      if (!isUnreachable(failure)) throw failure
      await link.pause(RETRY_MS)
    }
  }
}

/** Starts what a signed-in person needs; gives the act that ends it. */
export function work(): () => void {
  const ends = [link.run(), doing.run()]
  // Vessels are read as soon as one listens. Where listening is not possible, they are read all the same.
  const waiting = setTimeout(() => {
    if (!link.isUp) void roster.load()
  }, LISTEN_MS)
  return () => {
    clearTimeout(waiting)
    ends.forEach((end) => end())
  }
}

/** A key works once; when it is spent, one signs in by hand, unless one is signed in already. */
async function useKey(key: string): Promise<void> {
  try {
    await session.signIn({ key })
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure
    await session.check()
    if (!session.user) address.replace('/sign-in?key=used')
  }
}
