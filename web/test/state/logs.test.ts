// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EVERYTHING, LogBook } from '../../src/state/logs.svelte'

const real = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket }
const COUNT = 450
let asked: URL[] = []
let socket: FakeWebSocket
let end: () => void
let book: LogBook

class FakeWebSocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null

  constructor(readonly url: string) {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the test speaks through the newest one
    socket = this
  }

  send(): void {
    // What is sent is the business of the client's own tests.
  }

  close(): void {
    this.onclose?.()
  }

  says(n: number, more = {}): void {
    this.onmessage?.({ data: JSON.stringify({ channel: 'logs', seq: `e.${n}`, time: timeOf(n), message: line(n), ...more }) })
  }
}

const timeOf = (n: number) => new Date(1_700_000_000_000 + n * 1000).toISOString()
const line = (n: number) => ({ id: `${1_700_000_000_000 + n * 1000}-${n}`, time: timeOf(n), level: 'info', source: 'server', text: `line ${n}` })

function answer(address: URL): unknown {
  const before = address.searchParams.get('before')
  const newest = before === null ? COUNT : Number(before.split('-')[1]) - 1
  const count = Math.min(newest, Number(address.searchParams.get('limit')))
  const items = Array.from({ length: count }, (_, i) => line(newest - i))
  return { items, next: count < newest ? items.at(-1)?.id : null }
}

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  globalThis.WebSocket = FakeWebSocket as unknown as typeof WebSocket
  globalThis.fetch = (address) => {
    asked.push(new URL(String(address), 'http://x'))
    return Promise.resolve(new Response(JSON.stringify(answer(asked.at(-1) as URL)), { headers: { 'content-type': 'application/json' } }))
  }
  book = new LogBook()
  end = book.run()
  book.ask(EVERYTHING)
})

afterEach(() => {
  end()
  Object.assign(globalThis, real)
  vi.useRealTimers()
})

const texts = () => (book.lines ?? []).map(({ text }) => Number(text.split(' ')[1]))
const pass = () => vi.advanceTimersByTimeAsync(200)

test('the newest are read first, then older ones until there are no more', async () => {
  await pass()
  expect([texts()[0], texts().at(-1), book.hasOlder]).toEqual([251, 450, true])
  await book.older()
  await book.older()
  expect([texts()[0], texts().length, book.hasOlder]).toEqual([1, 450, false])
  await book.older()
  expect(asked).toHaveLength(3)
})

test('what comes is shown once, though it is read, too', async () => {
  socket.says(450)
  socket.says(451)
  await pass()
  expect(texts().slice(-2)).toEqual([450, 451])
  expect(new Set(texts()).size).toBe(texts().length)
})

test('while somebody reads further up new lines wait, and are counted', async () => {
  await pass()
  book.follow(false)
  socket.says(451)
  socket.says(452)
  await pass()
  expect([texts().at(-1), book.waiting]).toEqual([450, 2])
  book.follow(true)
  expect([texts().slice(-2), book.waiting]).toEqual([[451, 452], 0])
})

test('when too many have waited the newest are read instead', async () => {
  await pass()
  book.follow(false)
  for (let round = 0; round < 6; round += 1) {
    for (let i = 0; i < 100; i += 1) socket.says(451 + round * 100 + i)
    await pass()
  }
  expect(book.waiting).toBe(600)
  book.follow(true)
  await pass()
  expect([asked.length, texts().at(-1), book.waiting]).toEqual([2, 450, 0])
})

test('a day open does not make the list grow, and what was let go can be read again', async () => {
  await pass()
  for (let n = 451; n < 3100; n += 1) {
    socket.says(n)
    if (n % 100 === 0) await pass()
  }
  await pass()
  expect(texts().length).toBeLessThanOrEqual(2200)
  expect(texts().at(-1)).toBe(3099)
  const oldest = texts()[0] as number
  await book.older()
  expect(texts()[0]).toBe(oldest - 200)
})

test('lines that are not wanted are not shown', async () => {
  book.ask({ sources: ['cellar-pi'], level: 'warning', q: ' two  words ' })
  await pass()
  expect(Object.fromEntries(asked.at(-1)?.searchParams ?? [])).toEqual({ source: 'cellar-pi', level: 'warning', q: 'two  words', limit: '200' })
  socket.says(451)
  await pass()
  expect(texts()).not.toContain(451)
})

test('what is published stays while the rest is read anew', async () => {
  await pass()
  socket.says(451, { by: 'Anna', published: true, message: { test: true, text: 'line 9451' } })
  await pass()
  await book.load()
  expect(book.lines?.at(-1)).toMatchObject({ by: 'Anna', isTest: true })
  book.ask({ ...EVERYTHING, level: 'error' })
  await pass()
  expect(book.lines?.some(({ isTest }) => isTest)).toBe(false)
  book.ask(EVERYTHING)
  await pass()
  expect(book.lines?.at(-1)).toMatchObject({ by: 'Anna', isTest: true })
})

test('what was said before one listened is read once one does', async () => {
  await pass()
  socket.onopen?.()
  await pass()
  expect([asked.length, texts().length, texts().at(-1)]).toEqual([2, 200, 450])
})

test('a failure is told, and the next reading takes it back', async () => {
  globalThis.fetch = () => Promise.reject(new TypeError('away'))
  book.ask({ ...EVERYTHING, q: 'x' })
  await pass()
  expect([book.lines, book.failure]).toEqual([null, expect.any(Error)])
})
