import { expect, test } from 'vitest'
import {
  bareDifference,
  difference,
  fromCelsius,
  looksEqual,
  temperature,
  toCelsius,
} from '../../src/units/temperature'
import { gravity, percent, shown } from '../../src/units/quantity'

test.each([
  [19.2, 'C', '19.2\u00a0°C'],
  [19.25, 'C', '19.3\u00a0°C'],
  [-0.04, 'C', '0.0\u00a0°C'],
  [-1.26, 'C', '\u22121.3\u00a0°C'],
  [20, 'F', '68.0\u00a0°F'],
  [-17.8, 'F', '0.0\u00a0°F'],
  [18.3333, 'F', '65.0\u00a0°F'],
] as const)('%d °C for a person who reads %s is %s', (celsius, unit, wanted) => {
  expect(temperature(celsius, unit)).toBe(wanted)
})

test('a difference has no offset', () => {
  expect(difference(0.3, 'C')).toBe('0.3\u00a0°C')
  expect(difference(-0.3, 'F')).toBe('0.5\u00a0°F')
  expect(bareDifference(1.5, 'F')).toBe('+2.7')
})

test('there and back is where one began', () => {
  for (let celsius = -40; celsius <= 110; celsius += 0.7) {
    expect(toCelsius(fromCelsius(celsius, 'F'), 'F')).toBeCloseTo(celsius, 9)
    expect(fromCelsius(celsius, 'C')).toBe(celsius)
  }
})

test('equal is what reads the same', () => {
  expect(looksEqual(19.21, 19.24, 'C')).toBe(true)
  expect(looksEqual(19.24, 19.26, 'C')).toBe(false)
})

test.each([
  [19.2, '°C', { number: '19.2', unit: '°C' }],
  [1.0214, 'SG', { number: '1.021', unit: 'SG' }],
  [3, '', { number: '3', unit: '' }],
  [0.28, '', { number: '0.28', unit: '' }],
  [1013.26, 'hPa', { number: '1013', unit: 'hPa' }],
  [null, '°C', { number: 'unknown', unit: '' }],
  [NaN, '°C', { number: 'unknown', unit: '' }],
])('%s %s is shown as it deserves', (value, unit, wanted) => {
  expect(shown(value, unit, 'C')).toEqual(wanted)
})

test('any temperature is shown in the person’s unit', () => {
  expect(shown(20, '°C', 'F')).toEqual({ number: '68.0', unit: '°F' })
})

test('gravity has three decimals, a share none', () => {
  expect(gravity(1.05)).toBe('1.050')
  expect(percent(0.284)).toBe('28\u00a0%')
})
