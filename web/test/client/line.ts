import { Live, type LiveSettings, type LiveState } from '@krausen/client'
import type { Socket, Timers } from '../../../clients/javascript/src/live'

/** A clock that moves when told to. */
export class FakeTimers implements Timers {
  now = 0
  #due: { at: number; act: () => void }[] = []

  after(ms: number, act: () => void): unknown {
    const timer = { at: this.now + ms, act }
    this.#due.push(timer)
    return timer
  }

  cancel(timer: unknown): void {
    this.#due = this.#due.filter((one) => one !== timer)
  }

  pass(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = this.#due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.cancel(next)
      this.now = next.at
      next.act()
    }
    this.now = end
  }
}

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event?: { code: number; reason: string }) => void) | null = null
  readonly sent: Record<string, unknown>[] = []
  isClosed = false

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }

  close(): void {
    this.isClosed = true
  }

  says(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

/** A live connection whose sockets, clock and chance are made up; it has been opened. */
export function setUp(channels = ['data'], random = 1, more: Partial<LiveSettings> = {}) {
  const timers = new FakeTimers()
  const sockets: FakeSocket[] = []
  const heard: unknown[] = []
  const states: [LiveState, number][] = []
  const gaps: string[] = []
  const refusals: string[] = []
  const reasons: string[] = []
  const live = new Live({
    url: 'ws://brewery/api/v1/live',
    channels,
    onMessage: (frame) => heard.push(frame.message),
    onState: (state, pause, why) => {
      states.push([state, pause])
      if (why) reasons.push(why)
    },
    onGap: (channel) => gaps.push(channel),
    onRefusal: (detail) => refusals.push(detail),
    connect: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    timers,
    random: () => random,
    ...more,
  })
  const newest = (): FakeSocket => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('Nothing has connected yet.')
    return socket
  }
  const connect = (): FakeSocket => {
    newest().onopen?.()
    return newest()
  }
  live.open()
  return { live, timers, sockets, heard, states, gaps, refusals, reasons, newest, connect }
}

export const message = (n: number, body: unknown, epoch = 'e1', channel = 'data') => ({ channel, seq: `${epoch}.${n}`, time: '2026-11-21T12:00:00Z', message: body })
