import { untrack } from 'svelte'
import { address } from '../state/address.svelte'
import { alarms } from '../state/alarms.svelte'
import { doing } from '../state/doing.svelte'
import { firstRun } from '../state/firstrun.svelte'
import { link } from '../state/live.svelte'
import { person } from '../state/person.svelte'
import { removed } from '../state/removed.svelte'
import { roster } from '../state/roster.svelte'
import { isPassing, Problem, Unreachable } from '../state/server'
import { session } from '../state/session.svelte'
import { settings } from '../state/settings.svelte'
import { site } from '../state/site.svelte'
import { followLast } from './lastpage.svelte'

const KEY = /^#key=(.+)$/
const SETUP = /^#setup=(.+)$/
const RETRY_MS = 3000
const LISTEN_MS = 800

/** Finds out where one is and who one is. Runs until the server has told both. */
export async function enter(): Promise<void> {
  const key = takenFromAddress(KEY)
  firstRun.code = takenFromAddress(SETUP)
  for (;;) {
    try {
      await Promise.all([site.ask(), key === null ? session.check() : useKey(key)])
      if (!session.user && (await firstRun.ask())) address.replace('/setup')
      return
    } catch (failure) {
      if (!(failure instanceof Unreachable || failure instanceof Problem)) throw failure
      await link.pause(RETRY_MS, failure instanceof Problem ? failure.message : null)
    }
  }
}

/** A secret after the "#" of the address, which nobody is to read there from now on. */
function takenFromAddress(pattern: RegExp): string | null {
  const found = pattern.exec(location.hash)?.[1]
  if (!found) return null
  address.replace(location.pathname + location.search)
  return decodeURIComponent(found)
}

/** Starts what a signed-in person needs; gives the act that ends it. */
export function work(): () => void {
  const ends = [link.run(), doing.run(), session.run(), settings.run(), removed.run(), follow(), followLast()]
  // Vessels are read as soon as one listens. Where listening is not possible, they are read all the same.
  const waiting = setTimeout(() => {
    if (link.isUp) return
    void roster.load()
    void alarms.load()
    void settings.load()
  }, LISTEN_MS)
  return () => {
    clearTimeout(waiting)
    ends.forEach((end) => end())
  }
}

/** What the server keeps of the person and of the site counts as soon as it is known. */
function follow(): () => void {
  return $effect.root(() => {
    $effect(() => {
      site.goBy(settings.text('site.zone'))
      if (session.user && settings.values.size) untrack(() => person.adopt())
    })
  })
}

/** A key works once; when it is spent, one signs in by hand, unless one is signed in already. Throws what passes. */
async function useKey(key: string): Promise<void> {
  try {
    await session.signIn({ key })
  } catch (failure) {
    if (!(failure instanceof Problem) || isPassing(failure)) throw failure
    await session.check()
    if (!session.user) address.replace('/sign-in?key=used')
  }
}
