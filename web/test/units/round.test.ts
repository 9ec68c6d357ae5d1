import { expect, test } from 'vitest'
import { fixed, round, signed, typed } from '../../src/units/round'

test.each([
  [0.05, 1, 0.1],
  [-0.05, 1, -0.1],
  [1.005, 2, 1.01],
  [2.5, 0, 3],
  [-2.5, 0, -3],
  [19.25, 1, 19.3],
  [19.249999, 1, 19.2],
  [8.345, 2, 8.35],
  [1e9 + 0.05, 1, 1e9 + 0.1],
])('%d rounded to %d decimals, halves away from zero, is %d', (value, decimals, wanted) => {
  expect(round(value, decimals)).toBe(wanted)
})

test.each([-0, -0.04, -0.0001])('%d is never minus zero', (value) => {
  expect(Object.is(round(value, 1), 0)).toBe(true)
  expect(fixed(value, 1)).toBe('0.0')
})

test('a negative number has a real minus sign', () => {
  expect(fixed(-3.14, 1)).toBe('\u22123.1')
})

test.each([
  [1.5, '+1.5'],
  [0.04, '0.0'],
  [-0.04, '0.0'],
  [-0.3, '\u22120.3'],
])('the difference %d reads %s', (value, wanted) => {
  expect(signed(value, 1)).toBe(wanted)
})

test.each([
  ['20', 20],
  ['20,5', 20.5],
  [' 20.5 ', 20.5],
  ['\u22121.5', -1.5],
  ['-.5', -0.5],
  ['+3', 3],
  ['', null],
  ['20.5.1', null],
  ['abc', null],
  ['1e3', null],
  ['-', null],
])('what was typed as "%s" is %s', (text, wanted) => {
  expect(typed(text)).toBe(wanted)
})

test('what is shown can be typed again', () => {
  for (let tenths = -500; tenths <= 500; tenths += 1) expect(typed(fixed(tenths / 10, 1))).toBeCloseTo(tenths / 10, 9)
})
