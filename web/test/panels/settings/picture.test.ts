import { expect, test } from 'vitest'
import { fitted, isLogo, LOGO_LONGEST } from '../../../src/panels/settings/picture'

test.each([
  [960, 480, { width: 96, height: 48 }],
  [10, 10, { width: 10, height: 10 }],
  [1, 5000, { width: 1, height: 96 }],
  [0, 0, { width: 1, height: 1 }],
])('a picture of %i by %i is made to fit', (width, height, size) => {
  expect(fitted(width, height)).toEqual(size)
})

test('only a picture in the setting itself is a logo', () => {
  expect(isLogo('data:image/png;base64,AAAA')).toBe(true)
  expect(isLogo('https://elsewhere/logo.png')).toBe(false)
  expect(isLogo('data:text/html,<b>')).toBe(false)
  expect(isLogo(`data:image/png;base64,${'A'.repeat(LOGO_LONGEST)}`)).toBe(false)
  expect(isLogo(null)).toBe(false)
})
