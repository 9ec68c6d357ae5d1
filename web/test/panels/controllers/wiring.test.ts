import { describe, expect, test } from 'vitest'
import {
  assignmentOf,
  calibrationOf,
  chambersOf,
  consequenceOf,
  detailSaid,
  draftOf,
  freeSlot,
  hindranceOf,
  iconOf,
  orderedHardware,
  type Place,
  placeSaid,
  presentSaid,
  refusalsOf,
  steppedFrom,
  titleOf,
  valueSaid,
} from '../../../src/panels/controllers/wiring'
import type { IoChoice, IoDevice } from '../../../src/state/controllers.svelte'
import { Problem } from '../../../src/state/server'

const choice = (name: string, device_type: string, hardware: string[], of_beer = false): IoChoice => ({ function: name, title: name.replaceAll('_', ' '), device_type, hardware, of_beer })
const SWITCHING = ['pin', 'ds2413']
const CHOICES = [
  choice('none', 'none', []),
  choice('door', 'switch', SWITCHING),
  choice('heat', 'output', SWITCHING),
  choice('cool', 'output', SWITCHING),
  choice('chamber_temperature', 'probe', ['one_wire_probe']),
  choice('beer_temperature', 'probe', ['one_wire_probe'], true),
]
const device = (change: Partial<IoDevice>): IoDevice => ({
  id: 'pin-1',
  slot: null,
  chamber: 0,
  beer: 0,
  function: 'none',
  hardware: 'pin',
  device_type: 'output',
  address: '',
  pin: null,
  inverted: false,
  calibration: 0,
  value: null,
  title: '',
  ...change,
})
const PROBE = device({ id: 'ow-a', hardware: 'one_wire_probe', device_type: 'probe', address: '28FFA', title: 'Probe 28FFA', value: 19.06 })
const BEER = { ...PROBE, id: 'ow-b', title: 'Probe 28FFB', address: '28FFB', slot: 1, chamber: 1, beer: 1, function: 'beer_temperature' }
const HEAT = device({ id: 'pin-16', pin: 16, title: 'Heat (pin 16)', slot: 0, chamber: 1, function: 'heat', inverted: true, value: false })
const DOOR = device({ id: 'pin-13', pin: 13, device_type: 'switch', title: 'Door (pin 13)' })
const DEVICES = [DOOR, PROBE, HEAT, BEER]
const WIRING = { choices: CHOICES, devices: DEVICES, slots: 4 }

const chambers = chambersOf(WIRING, [])
const place = (key: string): Place => {
  const found = chambers.flatMap(({ places }) => places).find((one) => one.key === key)
  if (!found) throw new Error(`There is no place ${key}.`)
  return found
}

describe('places', () => {
  test('probes come first, what is looked at last, and nothing is no place', () => {
    expect(chambers.flatMap(({ places }) => places).map(({ key }) => key)).toEqual(['chamber_temperature/1/0', 'beer_temperature/1/1', 'heat/1/0', 'cool/1/0', 'door/1/0'])
  })

  test('each has the device that is it', () => {
    expect(place('beer_temperature/1/1').device).toBe(BEER)
    expect(place('heat/1/0').device).toBe(HEAT)
    expect(place('cool/1/0').device).toBeNull()
  })

  test('the first chamber is always there, others with a name or a device', () => {
    const second = { ...PROBE, slot: 2, chamber: 3, beer: 2, function: 'beer_temperature' }
    const found = chambersOf({ choices: CHOICES, devices: [second] }, [{ id: '2', name: 'Kegs' }])
    expect(found.map(({ number, name }) => [number, name])).toEqual([
      [1, 'Chamber 1'],
      [2, 'Kegs'],
      [3, 'Chamber 3'],
    ])
    expect(found[2]?.places.filter(({ choice: one }) => one.of_beer).map(({ beer }) => beer)).toEqual([1, 2])
  })

  test('a function that is not offered stands as it is called', () => {
    const odd = device({ id: 'pin-9', slot: 3, chamber: 1, function: 'reserved_14' })
    const found = chambersOf({ choices: CHOICES, devices: [odd] }, [])[0]?.places.find(({ device: one }) => one === odd)
    expect(found && placeSaid(found)).toBe('Reserved 14')
  })

  test('hardware lies as its places do, what is free beneath', () => {
    expect(orderedHardware(DEVICES, chambers).map(({ id }) => id)).toEqual(['ow-b', 'pin-16', 'pin-13', 'ow-a'])
  })

  test('walking goes round and round', () => {
    const places = chambers.flatMap((one) => one.places)
    expect([steppedFrom(places, 4, 1), steppedFrom(places, 0, -1), steppedFrom([], 0, 1)]).toEqual([0, 4, 0])
  })
})

describe('what cannot be, and why', () => {
  test.each([
    ['door/1/0', DOOR, null],
    ['chamber_temperature/1/0', PROBE, null],
    ['cool/1/0', HEAT, null],
    ['heat/1/0', HEAT, null],
    ['chamber_temperature/1/0', DOOR, 'It measures no temperature.'],
    ['cool/1/0', PROBE, 'A probe cannot switch anything.'],
    ['cool/1/0', DOOR, 'It is an input.'],
    ['door/1/0', HEAT, 'It is an output.'],
    ['beer_temperature/1/1', PROBE, 'Probe 28FFB is this now: free it first.'],
  ])('%s for %o', (key, what, why) => {
    expect(hindranceOf(place(key), what, WIRING)).toBe(why)
  })

  test('without a free slot nothing new can be anything, but what is in one can', () => {
    expect(hindranceOf(place('door/1/0'), DOOR, { devices: DEVICES, slots: 2 })).toContain('Every slot')
    expect(hindranceOf(place('cool/1/0'), HEAT, { devices: DEVICES, slots: 2 })).toBeNull()
    expect([freeSlot(DEVICES, 4), freeSlot(DEVICES, 2)]).toEqual([2, null])
  })

  test('a switch on the one-wire bus may be input or output', () => {
    const channel = device({ id: 'ow-3a', hardware: 'ds2413', device_type: 'output' })
    expect(hindranceOf(place('door/1/0'), channel, WIRING)).toBeNull()
  })

  test('hardware that nobody offers for it says so', () => {
    const plug = device({ id: 'kasa-1', hardware: 'kasa', title: 'Kasa plug' })
    expect(hindranceOf(place('cool/1/0'), plug, WIRING)).toBe('Kasa plug cannot be a cool.')
  })
})

describe('assigning', () => {
  test('what is dropped becomes what it was dropped on, in the first free slot', () => {
    const draft = draftOf(DOOR, WIRING, 'C', place('door/1/0'))
    expect(draft).toMatchObject({ function: 'door', chamber: '1', slot: '2' })
    expect(assignmentOf(DOOR, draft, CHOICES, 'C')).toEqual({ function: 'door', chamber: 1, slot: 2 })
    expect(consequenceOf(DOOR, draft, CHOICES, { function: 'door' })).toBe('Door (pin 13) becomes door.')
  })

  test('only what is of a beer has one', () => {
    const draft = { ...draftOf(PROBE, WIRING, 'C'), function: 'beer_temperature' }
    expect(assignmentOf(PROBE, draft, CHOICES, 'C')).toEqual({ function: 'beer_temperature', chamber: 1, beer: 1, slot: 2 })
  })

  test('nothing changed is nothing written', () => {
    expect(assignmentOf(BEER, draftOf(BEER, WIRING, 'F'), CHOICES, 'F')).toEqual({})
    expect(assignmentOf(DOOR, draftOf(DOOR, WIRING, 'C'), CHOICES, 'C')).toEqual({})
    expect(consequenceOf(BEER, draftOf(BEER, WIRING, 'C'), CHOICES, {})).toBe('')
  })

  test('freeing sends nothing but that', () => {
    const draft = { ...draftOf(HEAT, WIRING, 'C'), function: 'none', inverted: false }
    expect(assignmentOf(HEAT, draft, CHOICES, 'C')).toEqual({ function: 'none' })
    expect(consequenceOf(HEAT, draft, CHOICES, { function: 'none' })).toBe('Heat (pin 16) is no longer heat, and does nothing.')
  })

  test('a probe is calibrated in the unit of the person and has no level, a pin the other way round', () => {
    expect(assignmentOf(BEER, { ...draftOf(BEER, WIRING, 'F'), calibration: '0.9', inverted: true }, CHOICES, 'F')).toEqual({ calibration: 0.5 })
    expect(assignmentOf(HEAT, { ...draftOf(HEAT, WIRING, 'C'), calibration: '2', inverted: false }, CHOICES, 'C')).toEqual({ inverted: false })
  })

  test('a calibration that was not touched stays to the last digit, one that is no number is told', () => {
    const fine = { ...BEER, calibration: 0.0625 }
    expect(calibrationOf(fine, draftOf(fine, WIRING, 'F'), 'F')).toBe(0.0625)
    expect(calibrationOf(fine, { ...draftOf(fine, WIRING, 'C'), calibration: 'warm' }, 'C')).toBeNull()
  })

  test('moving and changing say what is so then', () => {
    const draft = { ...draftOf(HEAT, WIRING, 'C'), function: 'cool' }
    expect(consequenceOf(HEAT, draft, CHOICES, assignmentOf(HEAT, draft, CHOICES, 'C'))).toBe('Heat (pin 16) is no longer heat and becomes cool.')
    expect(consequenceOf(HEAT, draftOf(HEAT, WIRING, 'C'), CHOICES, { inverted: false })).toContain('keeps its place')
  })

  test('refusals stand at their field, what is of none stands by itself', () => {
    const problem = new Problem(422, 'Not possible', 'Two fields are wrong.', [
      { where: '/beer', message: 'One beer.' },
      { where: '/beer', message: 'Again.' },
      { where: '/device', message: 'It is gone.' },
    ])
    expect(refusalsOf(problem)).toEqual({ beer: 'One beer.', '': 'It is gone.' })
    expect(refusalsOf(new Problem(503, 'Away', 'It does not answer.'))).toEqual({ '': 'It does not answer.' })
    expect(refusalsOf(new Error('other'))).toEqual({})
  })
})

describe('words of hardware', () => {
  test('a device is called as its driver calls it, else by its address, pin or id', () => {
    expect([titleOf(DOOR), titleOf({ ...DOOR, title: '' }), titleOf({ ...PROBE, title: '' }), titleOf(device({}))]).toEqual(['Door (pin 13)', 'Pin 13', '28FFA', 'pin-1'])
  })

  test('an address stands beside a title that does not tell it', () => {
    expect([detailSaid(PROBE), detailSaid({ ...BEER, title: 'Beer probe' })]).toEqual(['free', 'slot 1 · 28FFB'])
  })

  test('values are temperatures, on and off, or unknown', () => {
    expect([valueSaid(PROBE, 'F'), valueSaid(HEAT, 'C'), valueSaid({ value: true }, 'C'), valueSaid(DOOR, 'C')]).toEqual(['66.3\u00a0°F', 'off', 'on', 'unknown'])
  })

  test('a second beer is named', () => {
    expect([presentSaid(BEER, CHOICES), presentSaid({ ...BEER, beer: 2 }, CHOICES), presentSaid(PROBE, CHOICES)]).toEqual(['beer temperature', 'beer temperature of beer 2', ''])
  })

  test('each function has a shape of its own kind', () => {
    expect(['beer_temperature', 'heat', 'beer_cool', 'door', 'light', 'beer_gravity', 'fan'].map(iconOf)).toEqual(['thermometer', 'flame', 'snow', 'door', 'sun', 'hydrometer', 'relay'])
  })
})
