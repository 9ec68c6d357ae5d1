import { expect, test } from 'vitest'
import { ServerClock } from '../../src/state/serverclock'

function setUp(speed = 1) {
  const ticking = { ms: 5000 }
  const clock = new ServerClock(() => ticking.ms)
  clock.set(1_000_000, speed)
  return { clock, pass: (ms: number) => (ticking.ms += ms) }
}

test('knows nothing before the server has told', () => {
  const clock = new ServerClock(() => 0)
  expect(clock.isSet).toBe(false)
  expect(clock.now()).toBe(0)
})

test('goes on between two answers', () => {
  const { clock, pass } = setUp()
  pass(2500)
  expect(clock.now()).toBe(1_002_500)
})

test('goes as fast as the server', () => {
  const { clock, pass } = setUp(100)
  pass(2500)
  expect(clock.now()).toBe(1_250_000)
})

test('a message from ahead is believed at once', () => {
  const { clock } = setUp()
  clock.hear(1_000_300)
  expect(clock.now()).toBe(1_000_300)
})

test('a late message hardly moves it back', () => {
  const { clock } = setUp()
  clock.hear(999_000)
  expect(clock.now()).toBe(999_900)
})

test('a message that was missed long ago does not move it at all', () => {
  const { clock } = setUp()
  clock.hear(400_000)
  expect(clock.now()).toBe(1_000_000)
})

test('an answer sets it, forwards and backwards', () => {
  const { clock } = setUp()
  clock.set(400_000, 1)
  expect(clock.now()).toBe(400_000)
})

test('a speed of nought would stand still and is not believed', () => {
  const { clock, pass } = setUp(0)
  pass(1000)
  expect(clock.now()).toBe(1_001_000)
})
