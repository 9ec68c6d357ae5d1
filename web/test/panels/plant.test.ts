import { describe, expect, test } from 'vitest'
import { filterOf, fitting, kindSaid, mainOf, newestOf, valueSaid } from '../../src/panels/devices'
import { agentSentence, agentsSentence, clockSaid, heardAt, nameFault, needsPerson, removalHindrance } from '../../src/panels/plant'
import { traceOf } from '../../src/panels/trace'
import { columnOf } from '../../src/state/columns'
import type { Agent, Device } from '../../src/state/server'
import { NOW } from './vessels'

const READER = { now: NOW, zone: 'UTC' }
const agentOf = (change: Partial<Agent> = {}): Agent => ({
  agent: 'cellar-pi',
  state: 'current',
  queue: 0,
  given_up: 0,
  last_seen: '2026-11-20T17:42:05Z',
  version: '0.1.0',
  clock_ms: 20,
  vessels: ['a', 'b'],
  devices: 3,
  known_since: null,
  ...change,
})
const deviceOf = (change: Partial<Device> = {}): Device => ({
  id: 'beer',
  agent: 'cellar-pi',
  name: 'beer',
  title: 'beer',
  kind: 'thermometer',
  driver: 'ds18b20',
  state: 'adopted',
  series: { temperature: 's1' },
  last_seen: null,
  value: 18.3,
  unit: '°C',
  at: '2026-11-20T17:42:05Z',
  quality: 'good',
  uses: [],
  revision: 1,
  ...change,
})

describe('an agent in a sentence', () => {
  test.each([
    [2, 'Holds two vessels, last heard 2\u00a0s ago.'],
    [0, 'Holds two vessels, heard just now.'],
    [400, 'Holds two vessels, last heard 6\u00a0min ago.'],
    [200_000, 'Holds two vessels, last heard Wed 10:08.'],
  ])('heard %d s ago', (seconds, said) => {
    expect(agentSentence(agentOf(), NOW - seconds * 1000, READER)).toBe(said)
  })

  test('that holds nothing and never came', () => {
    expect(agentSentence(agentOf({ vessels: [] }), null, READER)).toBe('Holds no vessel, never heard of yet.')
  })

  test('is heard by its newest reading, where that is newer than its last message', () => {
    expect(heardAt(agentOf(), [undefined, NOW])).toBe(NOW)
    expect(heardAt(agentOf(), [NOW - 60_000])).toBe(NOW - 2000)
    expect(heardAt(agentOf({ last_seen: null }), [])).toBeNull()
  })

  test('all of them: who is away comes first', () => {
    expect(agentsSentence([])).toBe('No agent yet')
    expect(agentsSentence([agentOf()])).toBe('The agent is well')
    expect(agentsSentence([agentOf(), agentOf({ state: 'offline' })])).toBe('One agent is away')
  })
})

test.each([
  [null, 'unknown', false],
  [499, 'in step', false],
  [-900, '1\u00a0s behind', false],
  [5000, '5\u00a0s ahead', false],
  [5001, '5\u00a0s ahead', true],
  [-7_200_000, '2\u00a0h behind', true],
])('a clock that differs by %s ms is %s', (ms, said, isOff) => {
  expect(clockSaid(ms)).toEqual({ said, isOff })
})

test('names of agents', () => {
  expect(nameFault('cellar-pi_2.x')).toBeNull()
  for (const wrong of ['', '-pi', 'two words', 'a'.repeat(65), 'kælder']) expect(nameFault(wrong)).not.toBeNull()
})

test('an agent is removed only when it holds nothing and is gone', () => {
  const nameOf = (id: string) => id.toUpperCase()
  expect(removalHindrance(agentOf({ state: 'offline' }), nameOf)).toContain('A, B')
  expect(removalHindrance(agentOf({ vessels: [] }), nameOf)).toContain('connected')
  expect(removalHindrance(agentOf({ vessels: [], state: 'offline' }), nameOf)).toBeNull()
  expect([needsPerson(agentOf({ state: 'offline' })), needsPerson(agentOf({ state: 'offline', vessels: [] }))]).toEqual([true, false])
})

describe('devices', () => {
  const heater = deviceOf({ id: 'heater', title: 'Heater', kind: 'relay', series: { on: 'h1' }, uses: [{ vessel: 'a', role: 'heat' }] })

  test('are filtered by what the address says', () => {
    const all = [deviceOf(), heater]
    const ids = (query: string) => fitting(all, filterOf(new URLSearchParams(query))).map((one) => one.id)
    expect(ids('')).toEqual(['beer', 'heater'])
    expect(ids('kind=relay')).toEqual(['heater'])
    expect(ids('use=unused')).toEqual(['beer'])
    expect(ids('use=nonsense&agent=hall-pi')).toEqual([])
  })

  test('are told by the series that says most', () => {
    expect(mainOf({ series: { battery: 'b', gravity: 'g', temperature: 't' } })).toEqual({ metric: 'gravity', series: 'g' })
    expect(mainOf({ series: { battery: 'b' } })).toEqual({ metric: 'battery', series: 'b' })
    expect(mainOf({ series: {} })).toBeNull()
  })

  test('have the newest of what was heard and what the list told', () => {
    const heard = { t: NOW, v: 19, quality: 'good' } as const
    expect(newestOf(deviceOf(), heard)).toBe(heard)
    expect(newestOf(deviceOf(), { ...heard, t: NOW - 60_000 })).toMatchObject({ v: 18.3 })
    expect(newestOf(deviceOf({ at: null, value: null }), undefined)).toBeNull()
  })

  test('say their value as people read it', () => {
    expect(valueSaid(1, 'on', '', 'C')).toBe('on')
    expect(valueSaid(0, 'on', '', 'C')).toBe('off')
    expect(valueSaid(20, 'temperature', '', 'F')).toBe('68.0\u00a0°F')
    expect(valueSaid(1.0214, 'gravity', '', 'C')).toBe('1.021\u00a0SG')
    expect(valueSaid(null, 'temperature', '°C', 'C')).toBe('unknown')
    expect(kindSaid('pump')).toBe('Pump')
  })
})

describe('a day of one series', () => {
  const frame = { now: NOW, width: 240, height: 96, unit: 'C' } as const
  const column = (v: number[]) => columnOf({ id: 's', gap_s: 3600, t: v.map((_, i) => NOW - 3_600_000 * (v.length - i)), v })

  test('keeps to its field', () => {
    const trace = traceOf(column([18, 19, 18.5]), 'temperature', frame)
    expect([trace?.least, trace?.greatest]).toEqual([18, 19])
    expect(trace?.grid.every((line) => line.y > 0 && line.y < 96)).toBe(true)
    for (const [, x, y] of trace?.path.matchAll(/[ML]([\d.]+) ([\d.]+)/g) ?? []) {
      expect(Number(x)).toBeLessThanOrEqual(240)
      expect(Number(y)).toBeLessThanOrEqual(96)
    }
  })

  test('of an output goes from off to on', () => {
    expect(traceOf(column([0, 1]), 'on', frame)?.grid.map((line) => line.value)).toEqual([0, 1])
  })

  test('is nothing when nothing was read', () => {
    expect(traceOf(column([]), 'temperature', frame)).toBeNull()
    expect(traceOf(undefined, 'temperature', frame)).toBeNull()
  })
})
