import { expect, test } from 'vitest'
import { draftOf, firmwareRoles, heldBy, planOf } from '../../../src/panels/arrange'
import { vesselOf } from '../vessels'

const named = (adapter: string, metric: string) => ({ adapter, metric, id: `${adapter} ${metric}` })
const SERIES = ['beer', 'chamber', 'room', 'heat', 'cool', 'state', 'beer_setpoint'].map((metric) => named('corner', metric)).concat(named('cellar-pi', 'beer'))

test('a controller plays the parts that it measures and switches', () => {
  expect(firmwareRoles('corner', SERIES)).toEqual({ beer: 'corner beer', chamber: 'corner chamber', ambient: 'corner room', heat: 'corner heat', cool: 'corner cool' })
  expect(firmwareRoles('hall', SERIES)).toEqual({})
})

test('a vessel that a controller holds goes by its firmware, with nothing of what was before', () => {
  const before = draftOf(vesselOf({ roles: { beer: 's1', gravity: 'g1', heat: 'h1' }, settings: { band_c: 0.3 } }), 'C')
  const after = heldBy(before, 'corner', { isController: true, series: SERIES })
  expect(after).toMatchObject({ agent: 'corner', algorithm: 'firmware', settings: {} })
  expect(planOf(after, 'C', '').roles).toEqual(firmwareRoles('corner', SERIES))
  expect(after.name).toBe(before.name)
})

test('one that has told of nothing yet is asked for without parts', () => {
  expect(planOf(heldBy(draftOf(null, 'C'), 'new', { isController: true, series: SERIES }), 'C', '').roles).toEqual({})
})

test('given to another agent it goes by an algorithm again, and its parts are free', () => {
  const held = heldBy(draftOf(null, 'C'), 'corner', { isController: true, series: SERIES })
  const given = heldBy(held, 'cellar-pi', { isController: false, series: SERIES })
  expect(given.algorithm).toBe('hysteresis')
  expect(planOf(given, 'C', '').roles).toEqual({})
})

test('from one agent to another nothing else changes', () => {
  const draft = draftOf(vesselOf({ roles: { beer: 's1' }, settings: { band_c: 0.3 } }), 'C')
  expect(heldBy(draft, 'hall-pi', { isController: false, series: SERIES })).toEqual({ ...draft, agent: 'hall-pi' })
})
