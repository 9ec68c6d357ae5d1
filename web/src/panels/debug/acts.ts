import { declareChannel, publish, removeChannel } from '../../state/debug.svelte'
import { type Made, type Mark, markOf, marksIn } from '../../state/marks'
import { person, type Theme } from '../../state/person.svelte'
import { type Profile, Problem, server } from '../../state/server'
import { session } from '../../state/session.svelte'
import { settings } from '../../state/settings.svelte'
import { site } from '../../state/site.svelte'
import { debug as words } from '../../text/debugger'
import { ALARMS, CONTROLLERS, DEVICES, LOGO, PROFILES, testLines } from './examples'

/**
 * What the test buttons do, all of it by the public calls. Each gives a sentence of what was done, and throws the
 * server's refusal.
 */

const LOGO_KEY = 'site.logo'
const WAITING = ['unacknowledged', 'returned']

interface AlarmSeen {
  id: string
  test: boolean
  state: string
}

let raised = 0

export async function generateAlarm(): Promise<string> {
  const alarm = ALARMS[raised % ALARMS.length] as (typeof ALARMS)[number]
  raised += 1
  await server.call<unknown>('POST', '/alarms', { body: { ...alarm, vessel: null } })
  return words.done.alarm(alarm.title)
}

/** Acknowledges test alarms, and no others. */
export async function ackAlarms(): Promise<string> {
  const alarms = await server.collection<AlarmSeen>('/alarms')
  const waiting = alarms.filter(({ test, state }) => test && WAITING.includes(state))
  for (const { id } of waiting) {
    await server.call<unknown>('POST', `/alarms/${encodeURIComponent(id)}/acknowledge`, { body: { reason: words.reason } })
  }
  return words.done.ack(waiting.length)
}

export async function generateLogs(): Promise<string> {
  const lines = testLines(site.clock.now())
  for (const line of lines) await publish('logs', line)
  return words.done.logs(lines.length)
}

/** Their agents are said to run elsewhere, so that none is started here: nobody tries to reach them, no alarm comes. */
export async function addControllers(): Promise<string> {
  const there = new Set((await server.collection<{ name: string }>('/controllers')).map(({ name }) => name))
  const missing = CONTROLLERS.filter(({ name }) => !there.has(name))
  for (const { name, port } of missing) {
    await mark('controller', name)
    await server.call<unknown>('POST', '/controllers', { body: { name, driver: 'brewpi', settings: { port }, elsewhere: true, reason: words.reason } })
  }
  return words.done.controllers(missing.length)
}

/** A device is told by its controller alone; so the chambers are named, and the devices published. */
export async function addDevices(): Promise<string> {
  await addControllers()
  for (const { name, chambers } of CONTROLLERS) {
    await server.call<unknown>('PATCH', `/controllers/${name}`, { body: { chambers, reason: words.reason } })
  }
  await publish('data', { test: true, devices: DEVICES })
  return words.done.devices(DEVICES.length)
}

export async function addProfiles(): Promise<string> {
  const there = new Set((await server.collection<Profile>('/profiles')).map(({ name }) => name))
  const missing = PROFILES.filter(({ name }) => !there.has(name))
  for (const plan of missing) {
    const { id, name } = await server.call<Profile>('POST', '/profiles', { body: plan })
    await mark('profile', id, { name })
  }
  return words.done.profiles(missing.length)
}

export async function setLogo(): Promise<string> {
  await remember(LOGO_KEY, settings.values.get(LOGO_KEY) ?? null)
  await settings.keep(LOGO_KEY, LOGO)
  return words.done.logo
}

export async function setTheme(): Promise<string> {
  const theme: Theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark'
  await remember(themeKey(), person.theme)
  await person.chooseTheme(theme)
  return words.done.theme(theme)
}

/** Declares a channel; one that begins with "test" is a test. */
export async function declare(wish: Parameters<typeof declareChannel>[0]): Promise<void> {
  await declareChannel(wish)
  if (wish.name.startsWith('test')) await mark('channel', wish.name)
}

/** What can be cleared away from here; somebody else's theme is theirs. */
export function clearable(): Mark[] {
  return marksIn(settings.values).filter(({ kind, id }) => kind !== 'setting' || !id.startsWith('user.') || id === themeKey())
}

/** Takes back everything that tests made. What fails does not keep the rest; the first failure is thrown in the end. */
export async function clearAway(reason: string): Promise<void> {
  const failures: unknown[] = []
  for (const one of clearable()) await tried(() => clear(one, reason || words.reason), failures)
  await tried(ackAlarms, failures)
  if (failures.length) throw failures[0]
}

async function clear(one: Mark, reason: string): Promise<void> {
  await unlessGone(() => UNDO[one.kind](one, reason))
  await settings.keep(markOf(one.kind, one.id), undefined)
}

const UNDO: Readonly<Record<Made, (one: Mark, reason: string) => Promise<void>>> = {
  profile: ({ id }, reason) => server.call('DELETE', `/profiles/${encodeURIComponent(id)}`, { query: { reason } }),
  controller: ({ id }, reason) => server.call('DELETE', `/controllers/${encodeURIComponent(id)}`, { query: { reason } }),
  channel: ({ id }, reason) => removeChannel(id, reason),
  setting: ({ id, note }) => restore(id, (note as { before?: unknown } | null)?.before ?? null),
}

async function restore(key: string, before: unknown): Promise<void> {
  if (key === themeKey()) await person.chooseTheme(before as Theme)
  else await settings.keep(key, before ?? undefined)
}

/** Keeps what a setting was before the first test; a second test does not overwrite that. */
async function remember(key: string, before: unknown): Promise<void> {
  if (!settings.values.has(markOf('setting', key))) await mark('setting', key, { before })
}

async function mark(kind: Made, id: string, note: unknown = {}): Promise<void> {
  await settings.keep(markOf(kind, id), note)
}

async function unlessGone(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (failure) {
    if (!(failure instanceof Problem && failure.status === 404)) throw failure
  }
}

async function tried(act: () => Promise<unknown>, failures: unknown[]): Promise<void> {
  try {
    await act()
  } catch (failure) {
    failures.push(failure)
  }
}

function themeKey(): string {
  return `user.${session.user?.id ?? ''}.theme`
}
