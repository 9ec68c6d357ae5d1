import { untrack } from 'svelte'
import { address } from '../state/address.svelte'
import { person } from '../state/person.svelte'
import { session } from '../state/session.svelte'
import { settings } from '../state/settings.svelte'
import { lastHere, noteHere } from '../state/lastpage'
import { PAGES } from './pages'
import { match } from './router'

/** Remembers the page one is at, and opens it again where one comes without an address and wishes so. */
export function followLast(): () => void {
  const user = session.user?.id ?? ''
  const keep = () => {
    if (document.visibilityState === 'hidden') void keepFor(user)
  }
  let isOpening = address.path === '/' && !address.query.size
  const still = $effect.root(() => {
    $effect(() => {
      const here = address.path + (address.query.size ? `?${address.query}` : '')
      if (here !== '/') isOpening = false
      const last = isOpening && person.start === 'last' ? lastOf(user) : null
      if (settings.isKnown && !last) isOpening = false
      if (last) untrack(() => address.replace(last))
      else if (!isOpening) noteHere(user, here)
    })
  })
  document.addEventListener('visibilitychange', keep)
  return () => {
    document.removeEventListener('visibilitychange', keep)
    still()
  }
}

/** Where this browser was last, else where another one was; null for a page that is not there, or not for this person. */
function lastOf(user: string): string | null {
  const last = lastHere(user) ?? settings.text(keyOf(user))
  return last !== null && last !== '/' && mayOpen(last) ? last : null
}

/** True for the address of a page of this site that this person may open. */
function mayOpen(target: string): boolean {
  if (!/^\/(?!\/)/.test(target)) return false
  const page = match(PAGES, target.split('?')[0] ?? '')?.page
  return page !== undefined && page.path !== '*' && page.role !== 'guest' && session.may(page.role)
}

/** The server is told when one leaves, not with every step. */
async function keepFor(user: string): Promise<void> {
  const last = lastHere(user)
  if (person.start !== 'last' || last === null || settings.text(keyOf(user)) === last) return
  // What was not kept is still known in this browser.
  await settings.keep(keyOf(user), last).catch(() => undefined)
}

const keyOf = (user: string): string => `user.${user}.left`
