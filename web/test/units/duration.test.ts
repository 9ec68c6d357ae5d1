import { expect, test } from 'vitest'
import { age, duration, roughly } from '../../src/units/duration'

const said = (text: string) => text.replaceAll(' ', '\u00a0')

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [240, '4 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [7800, '2 h 10 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d'],
  [273_600, '3 d 4 h'],
  [-5, '0 s'],
])('%d seconds are %s', (seconds, wanted) => {
  expect(duration(seconds)).toBe(said(wanted))
})

test.each([
  [40, '40 s'],
  [7800, '2 h'],
  [273_600, '3 d'],
])('%d seconds are roughly %s', (seconds, wanted) => {
  expect(roughly(seconds)).toBe(said(wanted))
})

test.each([
  [3, 'now'],
  [9.9, 'now'],
  [10, said('10 s')],
  [720, said('12 min')],
  [18_000, said('5 h')],
  [86_400, null],
])('what is %d seconds old reads %s', (seconds, wanted) => {
  expect(age(seconds)).toBe(wanted)
})
