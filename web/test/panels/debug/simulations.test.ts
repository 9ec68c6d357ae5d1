import { describe, expect, test } from 'vitest'
import { advanced, begun, farewellsOf, isDone, KINDS, type Kind, messagesOf, PACE, type Simulation } from '../../../src/panels/debug/simulations'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

function run(kind: Kind, seconds: number, step_s: number): Simulation {
  let simulation = begun(kind)
  for (let t = 0; t < seconds; t += step_s) simulation = advanced(simulation, step_s)
  return simulation
}

const vessel = (simulation: Simulation, name: string) => {
  const found = messagesOf(simulation).find((message) => message.simulation.vessel.name === name)
  if (!found) throw new Error(`There is no ${name}.`)
  return found.simulation.vessel
}

describe('a mash', () => {
  test('is heated by one degree a minute', () => {
    expect(vessel(run('mash', 12 * MINUTE_S, 7), 'Test kettle').value).toBeCloseTo(32.03, 1)
  })

  test('rests where it has to, and then goes on', () => {
    const tun = (minutes: number) => vessel(run('mash', minutes * MINUTE_S, MINUTE_S), 'Test mash tun')
    expect(tun(31)).toMatchObject({ setpoint: 52, value: 51, mode: 'heating' })
    expect(tun(32)).toMatchObject({ setpoint: 52, value: 52, mode: 'holding' })
    expect(tun(41)).toMatchObject({ setpoint: 52, value: 52, mode: 'holding' })
    expect(tun(43)).toMatchObject({ setpoint: 63, value: 53, mode: 'heating' })
    expect(tun(123)).toMatchObject({ setpoint: 78, value: 78, mode: 'done' })
  })

  test.each([1, 13, 60, 600])('comes to the same in steps of %i s', (step_s) => {
    expect(vessel(run('mash', 7800, step_s), 'Test mash tun')).toEqual(vessel(run('mash', 7800, 5), 'Test mash tun'))
  })

  test('is never above its setpoint, nor falls', () => {
    let simulation = begun('mash')
    for (let i = 0; i < 200; i += 1) {
      const next = advanced(simulation, 37)
      for (const { simulation: { vessel: now } } of messagesOf(next)) {
        expect(now.value).toBeLessThanOrEqual(now.setpoint)
        expect(now.value).toBeGreaterThanOrEqual(vessel(simulation, now.name).value)
      }
      simulation = next
    }
  })
})

describe('a fermentation', () => {
  test('goes two thirds of the way in one time constant', () => {
    expect(vessel(run('ale', 5 * HOUR_S, 60), 'Test ale 1').value).toBeCloseTo(18 + 4 * Math.exp(-1), 2)
  })

  test('comes to the same by long and by short steps', () => {
    const [long, short] = [run('lager', 14 * DAY_S, 6 * HOUR_S), run('lager', 14 * DAY_S, 5 * MINUTE_S)]
    expect(messagesOf(long)).toEqual(messagesOf(short))
  })

  test('lags behind a falling setpoint and ends cold', () => {
    expect(vessel(run('ale', 9.5 * DAY_S, HOUR_S), 'Test ale 1')).toMatchObject({ setpoint: 11, mode: 'cooling' })
    const end = vessel(run('ale', 13 * DAY_S, HOUR_S), 'Test ale 1')
    expect(end.value).toBeCloseTo(2, 1)
    expect(end.mode).toBe('done')
  })
})

test.each(KINDS)('%s is done at its end and not before, within ten minutes of a clock', (kind) => {
  expect(isDone(begun(kind))).toBe(false)
  expect(isDone(run(kind, 600 * PACE[kind], PACE[kind]))).toBe(true)
})

test('who watches is told when it is stopped before its time', () => {
  const modes = farewellsOf(begun('mash')).map((message) => message.simulation.vessel.mode)
  expect(modes).toEqual(['stopped', 'stopped', 'stopped'])
})

test('each message says what it is, of which vessel, and when', () => {
  expect(messagesOf(advanced(begun('lager'), HOUR_S))[0]).toEqual({
    test: true,
    simulation: { kind: 'lager', vessel: { name: 'Test lager 1', drawing: 'carboy', setpoint: 10, value: 14.23, mode: 'cooling' }, t: HOUR_S },
  })
})
