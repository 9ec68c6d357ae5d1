import { expect, test } from 'vitest'
import { differenceUnit } from '../../src/units/quantity'

test.each([
  ['°C', 'C', 1, '°C'],
  ['°C', 'F', 1.8, '°F'],
  ['celsius', 'F', 1.8, '°F'],
  ['°F', 'C', 1, '°F'],
  ['sg', 'C', 1, 'SG'],
  ['bar', 'F', 1, 'bar'],
  ['', 'F', 1, ''],
] as const)('a difference in %j for somebody who likes %s', (stored, person, factor, sign) => {
  expect(differenceUnit(stored, person)).toEqual({ factor, sign })
})
