import { describe, expect, test } from 'vitest'
import { type Frame, Live, Refusal, Unreachable } from '@krausen/client'
import { message, setUp } from './line'

describe('channels', () => {
  test('are heard and left while connected', () => {
    const { live, connect, heard } = setUp([])
    const socket = connect()
    expect(socket.sent).toEqual([])
    live.subscribe('logs')
    live.subscribe('logs')
    socket.says(message(1, 'one', 'e1', 'logs'))
    live.unsubscribe('logs')
    socket.says(message(2, 'too late', 'e1', 'logs'))
    expect(socket.sent).toEqual([{ subscribe: ['logs'] }, { unsubscribe: ['logs'] }])
    expect(heard).toEqual(['one'])
  })

  test('that are chosen while away are asked for with the next connection, and nothing of them was missed', () => {
    const { live, connect, timers, gaps } = setUp()
    connect().onclose?.()
    live.subscribe('logs')
    live.unsubscribe('data')
    timers.pass(500)
    expect(connect().sent).toEqual([{ subscribe: ['logs'] }])
    expect(gaps).toEqual([])
  })

  test('have what they say told to each of their own', () => {
    const { live, connect } = setUp([])
    const alarms: unknown[] = []
    const frames: Frame[] = []
    const end = live.on('alarms', (message, frame) => {
      alarms.push(message)
      frames.push(frame)
    })
    const endOther = live.on('alarms', (message) => alarms.push(message))
    const socket = connect()
    socket.says(message(1, 'raised', 'e1', 'alarms'))
    socket.says(message(1, 'of another channel'))
    end()
    socket.says({ ...message(2, 'cleared', 'e1', 'alarms'), published: true, by: 'anna' })
    endOther()
    endOther()
    expect(alarms).toEqual(['raised', 'raised', 'cleared'])
    expect(frames).toEqual([message(1, 'raised', 'e1', 'alarms')])
    expect(socket.sent).toEqual([{ subscribe: ['alarms'] }, { unsubscribe: ['alarms'] }])
  })

  test('of the settings stay when nobody of their own is left', () => {
    const { live, connect, heard } = setUp(['alarms'])
    const socket = connect()
    live.on('alarms', () => undefined)()
    socket.says(message(1, 'raised', 'e1', 'alarms'))
    expect(socket.sent).toEqual([{ subscribe: ['alarms'] }])
    expect(heard).toEqual(['raised'])
  })

  test('that one has left are not missed', () => {
    const { live, connect, gaps } = setUp(['data', 'logs'])
    const socket = connect()
    live.unsubscribe('logs')
    socket.says({ channel: 'logs', gap: true })
    socket.says({ gap: true })
    expect(gaps).toEqual(['data'])
  })
})

describe('publishing', () => {
  /** How a promise stands by now. */
  const outcome = async (promise: Promise<void>) => Promise.race([promise.then(() => 'done', (failure: unknown) => failure), new Promise((tell) => setTimeout(tell, 0, 'open'))])

  test('is done when the server has gone by it without a refusal', async () => {
    const { live, connect } = setUp([])
    const socket = connect()
    const said = live.publish('brew-day', { text: 'Mash in' })
    expect(socket.sent).toEqual([{ ping: 1 }, { publish: 'brew-day', message: { text: 'Mash in' } }, { ping: 2 }])
    socket.says({ pong: 1 })
    expect(await outcome(said)).toBe('open')
    socket.says({ pong: 2 })
    expect(await outcome(said)).toBe('done')
  })

  test('is refused with the words of the server, each for itself', async () => {
    const { live, connect, refusals } = setUp([])
    const socket = connect()
    const first = live.publish('changes', 1)
    const second = live.publish('brew-day', 2)
    socket.says({ pong: 1 })
    socket.says({ error: 'forbidden', detail: 'Only an admin publishes to changes.' })
    socket.says({ pong: 2 })
    socket.says({ pong: 3 })
    socket.says({ pong: 4 })
    const refusal = await outcome(first)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ error: 'forbidden', message: 'Only an admin publishes to changes.' })
    expect(await outcome(second)).toBe('done')
    expect(refusals).toEqual([])
  })

  test('is not blamed for a channel that is not there', async () => {
    const { live, connect, refusals } = setUp(['beer'])
    const socket = connect()
    const said = live.publish('brew-day', 1)
    socket.says({ error: 'unknown_channel', detail: 'There is no channel beer.' })
    socket.says({ pong: 1 })
    socket.says({ pong: 2 })
    expect(await outcome(said)).toBe('done')
    expect(refusals).toEqual(['There is no channel beer.'])
  })

  test('is unanswered when the connection is lost, and when the answer was dropped', async () => {
    const { live, connect, timers } = setUp([])
    const socket = connect()
    const dropped = live.publish('brew-day', 1)
    timers.pass(10_000)
    socket.says({ pong: 3 })
    const lost = live.publish('brew-day', 2)
    socket.onclose?.()
    expect(await outcome(dropped)).toBeInstanceOf(Unreachable)
    expect(await outcome(lost)).toBeInstanceOf(Unreachable)
  })

  test('needs a connection', async () => {
    const { live, sockets } = setUp([])
    expect(await outcome(live.publish('brew-day', 1))).toBeInstanceOf(Unreachable)
    expect(sockets[0]?.sent).toEqual([])
  })
})

describe('proof', () => {
  test('is the first that is said, where it is a token', () => {
    const { connect } = setUp(['data'], 1, { token: 'krs_1' })
    expect(connect().sent).toEqual([{ token: 'krs_1' }, { subscribe: ['data'] }])
  })

  test('that is refused ends it, with the reason', () => {
    const { live, connect, timers, sockets, reasons } = setUp(['data'], 1, { token: 'krs_1' })
    connect().onclose?.({ code: 4401, reason: 'This token was revoked.' })
    timers.pass(100_000)
    expect(live.state).toBe('closed')
    expect(reasons).toEqual(['This token was revoked.'])
    expect(sockets).toHaveLength(1)
    live.open()
    expect(sockets).toHaveLength(2)
  })

  test.each([4401, 4403])('by cookie that is refused is tried three times: somebody may be about to sign in (%d)', (code) => {
    const { live, connect, timers, sockets, states, reasons } = setUp()
    for (let n = 1; n <= 3; n += 1) {
      expect(sockets).toHaveLength(n)
      const socket = connect()
      socket.says({ error: 'unproven', detail: 'Sign in.' })
      socket.onclose?.({ code, reason: '' })
      timers.pass(states.at(-1)?.[1] ?? 0)
    }
    timers.pass(100_000)
    expect(live.state).toBe('closed')
    expect(sockets).toHaveLength(3)
    expect(reasons).toEqual(['Sign in.', 'Sign in.', 'Sign in.'])
  })

  test('that works again is as good as new', () => {
    const { live, connect, timers, states } = setUp()
    for (let n = 1; n <= 6; n += 1) {
      const socket = connect()
      if (n % 2) socket.says(message(n, n))
      socket.onclose?.({ code: 4401, reason: '' })
      timers.pass(states.at(-1)?.[1] ?? 0)
    }
    expect(live.state).not.toBe('closed')
  })
})

test('a server that sends everybody away is not pressed: its complaint is no sign of life', () => {
  const { connect, timers, states } = setUp()
  const pauses: number[] = []
  for (let n = 1; n <= 3; n += 1) {
    const socket = connect()
    socket.says({ error: 'try_later', detail: 'Too many listen.' })
    socket.onclose?.({ code: 1013, reason: 'Too many listen.' })
    const pause = states.at(-1)?.[1] ?? 0
    pauses.push(pause)
    timers.pass(pause)
  }
  expect(pauses).toEqual([500, 1000, 2000])
})

test('where there is no WebSocket it says so, and can be opened later', () => {
  const live = new Live({ url: 'ws://brewery/api/v1/live' })
  const there = Reflect.get(globalThis, 'WebSocket') as unknown
  Reflect.set(globalThis, 'WebSocket', undefined)
  try {
    expect(() => live.open()).toThrow('hand one in as `connect`')
  } finally {
    Reflect.set(globalThis, 'WebSocket', there)
  }
  expect(live.state).toBe('closed')
})
