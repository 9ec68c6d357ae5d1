import { describe, expect, test } from 'vitest'
import { message, setUp } from './line'

describe('a first connection', () => {
  test('subscribes to its channels and hands messages on', () => {
    const { connect, heard, gaps, states } = setUp(['data', 'changes'])
    const socket = connect()
    expect(socket.sent).toEqual([{ subscribe: ['data', 'changes'] }])
    socket.says(message(1, 'one'))
    socket.says(message(2, 'two'))
    expect(heard).toEqual(['one', 'two'])
    expect(gaps).toEqual([])
    expect(states.map(([state]) => state)).toEqual(['connecting', 'open'])
  })

  test('passes a refusal on, and overlooks frames it does not know', () => {
    const { connect, heard, refusals } = setUp()
    const socket = connect()
    socket.says({ error: 'unknown_channel', detail: 'There is no channel "beer".' })
    socket.says({ news: 1 })
    expect(refusals).toEqual(['There is no channel "beer".'])
    expect(heard).toEqual([])
  })

  test('that does not open in time is tried anew', () => {
    const { timers, sockets, states } = setUp()
    timers.pass(10_000)
    expect(states.at(-1)?.[0]).toBe('waiting')
    expect(sockets[0]?.isClosed).toBe(true)
    timers.pass(500)
    expect(sockets).toHaveLength(2)
  })
})

describe('signs of life', () => {
  test('are asked for every ten seconds', () => {
    const { connect, timers } = setUp()
    const socket = connect()
    timers.pass(10_000)
    socket.says({ pong: 1 })
    timers.pass(10_000)
    expect(socket.sent.filter((frame) => 'ping' in frame)).toEqual([{ ping: 1 }, { ping: 2 }])
  })

  test('that stay away twice end the connection', () => {
    const { connect, timers, states } = setUp()
    const socket = connect()
    timers.pass(29_999)
    expect(states.at(-1)?.[0]).toBe('open')
    timers.pass(1)
    expect(states.at(-1)?.[0]).toBe('waiting')
    expect(socket.isClosed).toBe(true)
  })

  test('are also messages', () => {
    const { connect, timers, states } = setUp()
    const socket = connect()
    for (let n = 1; n <= 10; n += 1) {
      timers.pass(15_000)
      socket.says(message(n, n))
    }
    expect(states.at(-1)?.[0]).toBe('open')
  })
})

describe('coming back', () => {
  test('resumes each channel where it stopped', () => {
    const { connect, newest, timers, heard, gaps } = setUp()
    const first = connect()
    first.says(message(41, 'before'))
    first.onclose?.()
    timers.pass(500)
    const second = newest()
    connect()
    expect(second.sent).toEqual([{ subscribe: ['data'], since: 'e1.41' }])
    second.says(message(42, 'missed'))
    expect(heard).toEqual(['before', 'missed'])
    expect(gaps).toEqual([])
  })

  test('after a restart of the server says that something was missed, once', () => {
    const { connect, timers, gaps, heard } = setUp()
    const first = connect()
    first.says(message(41, 'before'))
    first.onclose?.()
    timers.pass(500)
    const second = connect()
    second.says({ gap: true })
    second.says(message(1, 'newest', 'e2'))
    expect(gaps).toEqual(['data'])
    expect(heard).toEqual(['before', 'newest'])
  })

  test('notices a new epoch even when nobody speaks of a gap', () => {
    const { connect, gaps } = setUp()
    const socket = connect()
    socket.says(message(41, 'before', 'e.1'))
    socket.says(message(1, 'after', 'e.2'))
    expect(gaps).toEqual(['data'])
  })

  test('counts a channel that never spoke as missed', () => {
    const { connect, timers, gaps } = setUp(['data', 'changes'])
    const first = connect()
    first.says(message(1, 'one'))
    first.onclose?.()
    timers.pass(500)
    const second = connect()
    expect(second.sent).toEqual([{ subscribe: ['changes'] }, { subscribe: ['data'], since: 'e1.1' }])
    expect(gaps).toEqual(['changes'])
  })

  test('a gap without a channel concerns all of them', () => {
    const { connect, gaps } = setUp(['data', 'changes'])
    connect().says({ gap: true })
    expect(gaps).toEqual(['data', 'changes'])
  })

  test('waits longer after each failure, up to a limit, and starts over once something was heard', () => {
    const { timers, states, newest, connect } = setUp()
    const pauses: number[] = []
    for (let i = 0; i < 8; i += 1) {
      newest().onclose?.()
      const pause = states.at(-1)?.[1] ?? 0
      pauses.push(pause)
      timers.pass(pause)
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
    const last = connect()
    last.says(message(1, 'one'))
    last.onclose?.()
    expect(states.at(-1)).toEqual(['waiting', 500])
  })

  test('scatters its pauses', () => {
    const { newest, states } = setUp(['data'], 0)
    newest().onclose?.()
    expect(states.at(-1)).toEqual(['waiting', 250])
  })

  test('can be hurried', () => {
    const { live, newest, sockets } = setUp()
    newest().onclose?.()
    live.hurry()
    expect(sockets).toHaveLength(2)
    live.hurry()
    expect(sockets).toHaveLength(2)
  })

  test('ends when it is closed', () => {
    const { live, connect, timers, sockets } = setUp()
    connect()
    live.close()
    timers.pass(100_000)
    expect(sockets).toHaveLength(1)
    expect(live.state).toBe('closed')
  })
})
