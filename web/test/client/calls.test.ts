import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { Krausen } from '@krausen/client'
import type { components } from '../../../clients/javascript/src/openapi'

type Schemas = components['schemas']

interface Operation {
  operationId: string
  parameters?: { name: string; in: string; required?: boolean }[]
}

const clients = new URL('../../../clients/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, clients), 'utf8')
const PREFIX = '/api/v1'

/** Every call that the server describes: its method, its path below /api/v1, and what is said of it. */
const described = Object.entries((JSON.parse(read('openapi.json')) as { paths: Record<string, Record<string, Operation>> }).paths).flatMap(
  ([path, item]) => Object.entries(item).map(([method, operation]) => ({ method, path: path.slice(PREFIX.length), operation })),
)

/** The calls that are typed, with the text of each one's type. */
function typed(): Map<string, string> {
  const source = ts.createSourceFile('openapi.ts', read('javascript/src/openapi.ts'), ts.ScriptTarget.ES2022, true)
  const found = new Map<string, string>()
  const members = (node: ts.Node) => (ts.isPropertySignature(node) && node.type && ts.isTypeLiteralNode(node.type) ? node.type.members : [])
  const visit = (node: ts.Node): void => {
    if (!ts.isPropertySignature(node) || node.name.getText() !== 'Calls') return ts.forEachChild(node, visit)
    for (const path of members(node))
      for (const call of members(path)) found.set(`${call.name?.getText() ?? ''} ${(path.name as ts.StringLiteral).text}`, call.getText())
  }
  visit(source)
  return found
}

/** A server that says yes, and what it was asked. */
function willing(answer: () => Response = () => Response.json({})) {
  const asked: { address: string; init: RequestInit }[] = []
  const fetch = (address: RequestInfo | URL, init: RequestInit = {}) => {
    asked.push({ address: String(address), init })
    return Promise.resolve(answer())
  }
  return { krausen: new Krausen({ base: 'http://cellar:8080', token: 'krs_1', fetch }), asked }
}

describe('every call of the server', () => {
  test('is typed, and no other (else run `npm run types`)', () => {
    const names = described.map(({ method, path }) => `${method} ${path}`)
    expect([...typed().keys()].sort()).toEqual(names.sort())
  })

  test('says what it answers', () => {
    const silent = [...typed()].filter(([, type]) => !/\banswer: (?!unknown|Record<string, never>)/.test(type))
    expect(silent.map(([name]) => name)).toEqual([])
  })

  test.each(described)('is to be had: $method $path', async ({ method, path, operation }) => {
    const { krausen, asked } = willing()
    const names = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name)
    const verbs = krausen as unknown as Record<string, ((path: string, wanted: object) => Promise<unknown>) | undefined>
    await verbs[method]?.(path, { path: Object.fromEntries(names.map((name) => [name, `${name} 1/2`])) })
    expect(asked[0]?.init.method).toBe(method.toUpperCase())
    expect(asked[0]?.address).toBe(`http://cellar:8080${PREFIX}${path.replace(/[{](\w+)[}]/g, '$1%201%2F2')}`)
  })
})

describe('a typed call', () => {
  test('sends query, body and the revision that was seen', async () => {
    const { krausen, asked } = willing()
    await krausen.patch('/vessels/{id}', { path: { id: 'v1' }, query: { reason: 'moved' }, body: { name: 'Two' }, seen: 4 })
    expect(asked[0]?.address).toBe('http://cellar:8080/api/v1/vessels/v1?reason=moved')
    expect(asked[0]?.init).toMatchObject({ method: 'PATCH', body: '{"name":"Two"}', headers: { 'if-match': '"4"', authorization: 'Bearer krs_1' } })
  })

  test('gives nothing where nothing is answered', async () => {
    const { krausen } = willing(() => new Response(null, { status: 204 }))
    expect(await krausen.delete('/batches/{id}', { path: { id: 'b1' } })).toBeUndefined()
  })

  test.each(['text/csv', 'application/jsonl', 'application/vnd.apache.parquet', 'text/plain; charset=utf-8'])('hands on what is %s', async (type) => {
    const { krausen } = willing(() => new Response('as it comes', { headers: { 'content-type': type } }))
    const answer = await krausen.get('/export', { query: { series: ['s1'] } })
    expect(await answer.text()).toBe('as it comes')
  })

  test('sends a file as it is', async () => {
    const { krausen, asked } = willing()
    const file = new Blob(['a,b'])
    await krausen.post('/imports', { query: { name: 'a.csv', dry_run: true }, body: file })
    expect(asked[0]?.init).toMatchObject({ body: file, headers: { 'content-type': 'application/octet-stream' } })
  })

  test('gathers all parts of a collection', async () => {
    const parts = [{ items: [{ id: 'a' }], next: 'c1' }, { items: [{ id: 'b' }], next: null }]
    const { krausen, asked } = willing(() => Response.json(parts.shift()))
    const events = await krausen.all('/batches/{id}/events', { path: { id: 'b1' } })
    expect(events.map((event) => event.id)).toEqual(['a', 'b'])
    expect(asked.map(({ address }) => address)).toEqual([
      'http://cellar:8080/api/v1/batches/b1/events?limit=1000',
      'http://cellar:8080/api/v1/batches/b1/events?limit=1000&cursor=c1',
    ])
  })

  test('without a name for its path is a mistake', async () => {
    const { krausen, asked } = willing()
    // @ts-expect-error the path is left out on purpose
    await expect(krausen.get('/vessels/{id}')).rejects.toThrow('/vessels/{id} wants path: { id }.')
    expect(asked).toEqual([])
  })

  test('knows what it takes and answers', () => {
    const { krausen } = willing()
    expectTypeOf(krausen.get<'/vessels/{id}'>).returns.resolves.toEqualTypeOf<Schemas['VesselBody']>()
    expectTypeOf(krausen.post<'/vessels'>).parameter(1).toHaveProperty('body').toEqualTypeOf<Schemas['VesselWish']>()
    expectTypeOf(krausen.delete<'/vessels/{id}'>).returns.resolves.toEqualTypeOf<undefined>()
    expectTypeOf(krausen.all<'/devices'>).returns.resolves.toEqualTypeOf<Schemas['DeviceBody'][]>()
    // @ts-expect-error there is nothing of this name to be deleted
    expectTypeOf(krausen.delete<'/health'>)
    // @ts-expect-error this is no collection
    expectTypeOf(krausen.all<'/health'>)
  })
})

test('a live connection knows the address and the token of its calls', () => {
  const { krausen } = willing()
  const addresses: string[] = []
  const sent: string[] = []
  const socket = { onopen: null as (() => void) | null, onmessage: null, onclose: null, send: (text: string) => void sent.push(text), close: () => undefined }
  const live = krausen.live({ connect: (url) => (addresses.push(url), socket) })
  live.open()
  socket.onopen?.()
  live.close()
  expect(addresses).toEqual(['ws://cellar:8080/api/v1/live'])
  expect(sent).toEqual(['{"token":"krs_1"}'])
})
