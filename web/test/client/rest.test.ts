import { describe, expect, test } from 'vitest'
import { Krausen, Problem, Unreachable } from '@krausen/client'

interface Asked {
  address: string
  init: RequestInit
}

/** A server that answers in order. */
function serverOf(...answers: (Response | Error | DOMException)[]) {
  const asked: Asked[] = []
  const fetch = (address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    asked.push({ address: String(address), init })
    const answer = answers.shift()
    if (!answer) throw new Error('Nothing more was to be asked.')
    return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer)
  }
  return { krausen: new Krausen({ base: 'http://cellar:8080/', fetch }), asked }
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } })

describe('calls', () => {
  test('name series, range and width', async () => {
    const { krausen, asked } = serverOf(json({ series: [] }))
    await krausen.chart(['s1', 's2'], { from: 1000.7, to: 2000.2, width: 12.4 })
    expect(asked[0]?.address).toBe('http://cellar:8080/api/v1/chart?series=s1&series=s2&from=1000&to=2001&width=12')
  })

  test('gather all parts of a collection', async () => {
    const { krausen, asked } = serverOf(json({ items: [{ id: 'a' }], next: 'c1' }), json({ items: [{ id: 'b' }], next: null }))
    expect((await krausen.vessels()).map((vessel) => vessel.id)).toEqual(['a', 'b'])
    expect(asked[1]?.address).toContain('cursor=c1')
  })

  test('send a wish as JSON, to an id that is escaped', async () => {
    const { krausen, asked } = serverOf(json({}))
    await krausen.request('a/b', { mode: 'beer', value: 20, revision: 3 })
    expect(asked[0]?.address).toBe('http://cellar:8080/api/v1/vessels/a%2Fb/setpoint')
    expect(asked[0]?.init.method).toBe('PUT')
    expect(asked[0]?.init.body).toBe('{"mode":"beer","value":20,"revision":3}')
  })

  test('name the live address of the same server', () => {
    expect(serverOf().krausen.liveUrl()).toBe('ws://cellar:8080/api/v1/live')
    expect(new Krausen().liveUrl('https://brew.example')).toBe('wss://brew.example/api/v1/live')
  })
})

describe('refusals', () => {
  test('carry words, places and the object as it is now', async () => {
    const body = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'Somebody was faster.', errors: [{ where: '/value', message: 'Too hot.' }], present: { id: 'v' } }
    const { krausen } = serverOf(json(body, 409))
    const refusal = await krausen.me().catch((failure: unknown) => failure)
    expect(refusal).toBeInstanceOf(Problem)
    expect(refusal).toMatchObject({ status: 409, message: 'Somebody was faster.', present: { id: 'v' } })
    expect((refusal as Problem).at('/value')).toBe('Too hot.')
    expect((refusal as Problem).at('/mode')).toBeNull()
  })

  test.each([
    ['<html>', 'text/html'],
    ['{"cut', 'application/json'],
    ['[]', 'application/json'],
  ])('survive a body that is none: %s', async (body, type) => {
    const { krausen } = serverOf(new Response(body, { status: 500, statusText: 'Broken', headers: { 'content-type': type } }))
    await expect(krausen.me()).rejects.toMatchObject({ status: 500, title: 'Broken', errors: [] })
  })

  test.each([502, 504])('of a proxy with nobody behind it (%d) mean that the server is away', async (status) => {
    const { krausen } = serverOf(new Response('', { status }))
    await expect(krausen.me()).rejects.toBeInstanceOf(Unreachable)
  })
})

test('a server that does not answer is unreachable', async () => {
  const { krausen } = serverOf(new TypeError('failed to fetch'))
  await expect(krausen.health()).rejects.toBeInstanceOf(Unreachable)
})

test('an answer that breaks off is unreachable too', async () => {
  const { krausen } = serverOf(new Response('{"items": [', { status: 200, headers: { 'content-type': 'application/json' } }))
  await expect(krausen.health()).rejects.toBeInstanceOf(Unreachable)
})

test('a call that was called off says so itself', async () => {
  const { krausen } = serverOf(new DOMException('called off', 'AbortError'))
  await expect(krausen.chart(['s'], { from: 0, to: 1, width: 1 })).rejects.toMatchObject({ name: 'AbortError' })
})
