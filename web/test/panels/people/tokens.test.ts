import { expect, test } from 'vitest'
import { adaptersIn, endOfDay } from '../../../src/panels/people/tokens'

test.each([
  ['', ['*']],
  [' , ', ['*']],
  ['porch', ['porch']],
  [' porch , green house,porch', ['porch', 'green house']],
])('adapters in “%s”', (text, names) => {
  expect(adaptersIn(text)).toEqual(names)
})

test('a token is good for the whole of its last day, by the clocks of the site', () => {
  expect(endOfDay('2027-01-31', 'Europe/Copenhagen')).toBe('2027-01-31T22:59:59.999Z')
  expect(endOfDay('2026-10-25', 'Europe/Copenhagen')).toBe('2026-10-25T22:59:59.999Z')
  expect(endOfDay('2026-12-31', 'America/Chicago')).toBe('2027-01-01T05:59:59.999Z')
})

test('without a day it lasts', () => {
  expect(endOfDay('', 'UTC')).toBeNull()
})
