import { describe, expect, test } from 'vitest'
import {
  type Around,
  candidatesOf,
  changesOf,
  type Draft,
  draftOf,
  faultsOf,
  firstParagraph,
  type Names,
  patchOf,
  planOf,
  rebased,
  refusalsOf,
  seriesSaid,
  thingsOf,
  type Thing,
} from '../../src/panels/arrange'
import { type Algorithm, Problem, type Series } from '../../src/state/server'
import { vesselOf } from './vessels'

const DEGREES = '\u00a0°C'
const thing = (id: string, agent: string, series: Record<string, string>, isForeign = false): Thing => ({ id, title: id, agent, series, isForeign })
const THINGS = [
  thing('beer probe', 'cellar-pi', { temperature: 's1' }),
  thing('air probe', 'cellar-pi', { temperature: 's2' }),
  thing('heater', 'cellar-pi', { on: 'h1' }),
  thing('cooler', 'cellar-pi', { on: 'c1' }),
  thing('far heater', 'hall-pi', { on: 'h2' }),
  thing('far probe', 'hall-pi', { temperature: 's3' }),
  thing('orchard', 'weather', { temperature: 's4', gravity: 'g4' }, true),
]
const ALGORITHMS: Algorithm[] = [{ name: 'pid', title: 'PID', description: '', schema: {} }]
const NAMES: Names = { unit: 'C', things: THINGS, chambers: [], algorithms: ALGORITHMS }
const vessel = vesselOf({ roles: { beer: 's1', heat: 'h1' }, settings: { band_c: 0.3 } })
const base = draftOf(vessel, 'C')
const changed = (change: Partial<Draft>): Draft => ({ ...base, ...change })
const changes = (change: Partial<Draft>) => changesOf(base, changed(change), NAMES)

describe('what is sent', () => {
  test('nothing differs before anybody changed anything', () => {
    expect(changes({})).toEqual([])
    expect(patchOf([], ' ')).toEqual({})
  })

  test('is only what differs, with the reason', () => {
    const made = changes({ name: ' South ', roles: { beer: 's2' }, greatest: '22' })
    expect(made.map((change) => change.said)).toEqual(['name: South', `limits: 1.0${DEGREES} to 22.0${DEGREES}`, 'beer probe: air probe · temperature', 'heater: nothing'])
    expect(patchOf(made, ' moved ')).toEqual({ name: 'South', limits: { max: 22 }, roles: { beer: 's2', heat: null }, reason: 'moved' })
  })

  test('limits in °F are sent in °C, and the end that nobody touched keeps its digits', () => {
    const odd = draftOf(vesselOf({ limits: { min: 1.23, max: 24 } }), 'F')
    const [made] = changesOf(odd, { ...odd, greatest: '72.5' }, { ...NAMES, unit: 'F' })
    expect(made?.sent.limits).toEqual({ max: 22.5 })
    expect(odd.least).toBe('34.2')
  })

  test('settings that are no longer set are taken away', () => {
    expect(patchOf(changes({ algorithm: 'pid', settings: { gain: 2 } }), '')).toEqual({ algorithm: 'pid', settings: { band_c: null, gain: 2 } })
    expect(changes({ algorithm: 'pid', settings: { gain: 2 } }).map((one) => one.said)).toEqual(['algorithm: PID', 'settings of PID'])
  })

  test('a chamber that is left is sent as none', () => {
    const stood = draftOf(vesselOf({ chamber: 'c9' }), 'C')
    expect(patchOf(changesOf(stood, { ...stood, chamber: '' }, NAMES), '')).toEqual({ chamber: null })
  })

  test('a new vessel is sent whole, without parts that nothing plays', () => {
    const draft = { ...draftOf(null, 'C'), name: ' Crock ', agent: 'hall-pi', roles: { beer: 's3', heat: '' } }
    expect(planOf(draft, 'C', '')).toEqual({ name: 'Crock', kind: 'bucket', agent: 'hall-pi', limits: { min: 0, max: 30 }, roles: { beer: 's3' }, algorithm: 'hysteresis', settings: {} })
  })
})

describe('what is wrong', () => {
  test.each([
    [{ name: ' ' }, { name: 'Give it a name.' }],
    [{ least: 'cold' }, { least: 'This is not a temperature.' }],
    [{ least: '24' }, { greatest: 'The lowest is not below the highest.' }],
    [{ least: '\u22122,5' }, {}],
  ])('in %o', (change, faults) => {
    expect(faultsOf(changed(change))).toEqual(faults)
  })

  test('the server’s words stand at their field, others beside the form', () => {
    const problem = new Problem(422, 'Wrong', '', [
      { where: '/roles/heat', message: 'It already heats Conical 1.' },
      { where: '/limits/min', message: 'Too low.' },
      { where: '/settings/gain', message: 'Too much.' },
      { where: '/moon', message: 'There is no moon.' },
    ])
    expect(refusalsOf(problem)).toEqual({ 'roles.heat': 'It already heats Conical 1.', least: 'Too low.', 'settings.gain': 'Too much.', '': 'There is no moon.' })
    expect(refusalsOf(new Problem(409, 'Conflict', 'Busy.'))).toEqual({ '': 'Busy.' })
    expect(refusalsOf(new Error('?'))).toEqual({})
  })
})

describe('what can play a part', () => {
  const around: Around = { things: THINGS, vessels: [vessel, vesselOf({ id: 'other', name: 'Conical 1', roles: { cool: 'c1' } })], self: vessel.id }
  const candidates = (role: Parameters<typeof candidatesOf>[0], draft = base) => candidatesOf(role, draft, around).map((one) => [one.series, one.hindrance])

  test('for the loop: what the same agent has, and what is no agent’s', () => {
    expect(candidates('beer')).toEqual([
      ['s2', null],
      ['s1', null],
      ['s4', null],
      ['s3', 'does not belong to cellar-pi'],
    ])
  })

  test('for the room: any temperature', () => {
    expect(candidates('ambient').every(([, hindrance]) => hindrance === null)).toBe(true)
  })

  test('an output that works for another vessel, or for the other part, says so', () => {
    expect(candidates('cool')).toEqual([
      ['c1', 'already works for Conical 1'],
      ['h2', 'does not belong to cellar-pi'],
      ['h1', 'already the heater here'],
    ])
  })

  test('a vessel that nobody holds looks at everything and switches nothing', () => {
    const free = changed({ agent: '' })
    expect(candidates('beer', free).every(([, hindrance]) => hindrance === null)).toBe(true)
    expect(candidates('heat', free).every(([, hindrance]) => hindrance !== null)).toBe(true)
  })

  test('other adapters’ nodes are things, a vessel’s own series are not', () => {
    const series = [
      { id: 'a', adapter: 'weather', node: 'roof', metric: 'temperature' },
      { id: 'b', adapter: 'weather', node: 'roof', metric: 'rain' },
      { id: 'c', adapter: 'krausen', node: 'freezer20', metric: 'state' },
    ] as Series[]
    expect(thingsOf([], series, 'krausen')).toEqual([{ id: 'weather\nroof', title: 'roof', agent: 'weather', series: { temperature: 'a', rain: 'b' }, isForeign: true }])
  })

  test('a series is called by its device', () => {
    expect(seriesSaid('s2', THINGS)).toBe('air probe · temperature')
    expect(seriesSaid('gone', THINGS)).toBe('a series that was never heard of')
    expect(seriesSaid('', THINGS)).toBe('nothing')
  })
})

describe('two people at once', () => {
  test('what the other changed comes in beneath what is typed here', () => {
    const mine = changed({ name: 'Mine', roles: { ...base.roles, cool: 'c1' } })
    const theirs = draftOf(vesselOf({ name: 'Theirs', kind: 'keg', roles: { beer: 's2', heat: 'h1' }, settings: { band_c: 0.3 } }), 'C')
    const merged = rebased(base, mine, theirs)
    expect(merged).toMatchObject({ name: 'Mine', kind: 'keg', roles: { beer: 's2', heat: 'h1', cool: 'c1' } })
    expect(changesOf(theirs, merged, NAMES).map((one) => one.field)).toEqual(['name', 'roles.cool'])
  })

  test('who changed nothing sees what the other made', () => {
    const theirs = draftOf(vesselOf({ name: 'Theirs' }), 'C')
    expect(changesOf(theirs, rebased(base, base, theirs), NAMES)).toEqual([])
  })
})

test('a description is told by its first paragraph', () => {
  expect(firstParagraph('Cascade: the error sets\na target.\n\nThe outer loop …', 'Cascade')).toBe('The error sets a target.')
  expect(firstParagraph('On at the edge: off at the setpoint.', 'Thermostat')).toBe('On at the edge: off at the setpoint.')
  expect(firstParagraph('', 'PID')).toBe('')
})
