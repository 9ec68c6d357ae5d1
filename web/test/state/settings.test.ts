// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { person } from '../../src/state/person.svelte'
import { Problem } from '../../src/state/server'
import { session } from '../../src/state/session.svelte'
import { settings } from '../../src/state/settings.svelte'

const realFetch = globalThis.fetch
let kept: Record<string, unknown> = {}
let asked: string[] = []
let refusal: number | null = null

/** A server that keeps settings. */
function answer(address: string, init: RequestInit = {}): Response {
  const [, key] = /\/settings\/([^?]+)/.exec(address) ?? []
  const method = init.method ?? 'GET'
  asked.push(`${method} ${key ?? 'all'}`)
  if (refusal !== null) return json({ title: 'No', detail: 'Only an admin.', status: refusal }, refusal)
  if (key === undefined) return json({ items: Object.entries(kept).map(([key, value]) => ({ key, value })), next: null })
  if (method === 'DELETE') return (kept = Object.fromEntries(Object.entries(kept).filter(([one]) => one !== key))), new Response(null, { status: 204 })
  kept[key] = (JSON.parse(String(init.body)) as { value: unknown }).value
  return json({ key, value: kept[key] })
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } })

beforeEach(() => {
  kept = {}
  asked = []
  refusal = null
  localStorage.clear()
  settings.values = new Map()
  session.user = { id: 'u-1', login: 'anna', name: 'Anna', role: 'brewer' }
  globalThis.fetch = (address, init) => Promise.resolve(answer(String(address instanceof Request ? address.url : address), init))
})
afterEach(() => {
  session.user = null
  globalThis.fetch = realFetch
})

describe('a setting', () => {
  test('is kept, and taken back to what it was', async () => {
    kept = { 'site.name': 'North' }
    await settings.load()
    const undo = await settings.keep('site.name', 'South')
    expect(settings.text('site.name')).toBe('South')
    await undo()
    expect(kept).toEqual({ 'site.name': 'North' })
    expect(settings.text('site.name')).toBe('North')
  })

  test('that was not there is removed again', async () => {
    const undo = await settings.keep('site.name', 'South')
    await undo()
    expect(kept).toEqual({})
    expect(settings.text('site.name')).toBeNull()
  })

  test('that is refused stays what it was', async () => {
    await settings.keep('site.name', 'North')
    refusal = 403
    await expect(settings.keep('site.name', 'South')).rejects.toBeInstanceOf(Problem)
    expect(settings.text('site.name')).toBe('North')
  })
})

describe('what a person likes', () => {
  test('is kept with their name and taken back', async () => {
    const undo = await person.chooseUnit('F')
    expect(kept).toEqual({ 'user.u-1.unit': 'F' })
    expect(person.unit).toBe('F')
    await undo()
    expect(person.unit).toBe('C')
    expect(kept).toEqual({ 'user.u-1.unit': 'C' })
  })

  test('comes from the server where it holds something, and nonsense is left out', async () => {
    kept = { 'user.u-1.unit': 'F', 'user.u-1.theme': 'pink', 'user.u-2.keys': 'off' }
    await settings.load()
    person.adopt()
    expect([person.unit, person.theme, person.keys]).toEqual(['F', 'system', true])
    await person.chooseUnit('C')
  })

  test('is kept on the server for a viewer too', async () => {
    session.user = { id: 'u-3', login: 'vic', name: 'Vic', role: 'viewer' }
    await person.useKeys(false)
    expect(kept).toEqual({ 'user.u-3.keys': 'off' })
    expect(localStorage.getItem('krausen.keys')).toBe('off')
    await person.useKeys(true)
  })
})

test('a call that says one is not signed in ends the session, and the page knows it was not the person', async () => {
  refusal = 401
  await settings.load()
  expect(session.user).toBeNull()
  expect(session.wasEnded).toBe(true)
})
