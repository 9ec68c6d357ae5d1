import { expect, test } from 'vitest'
import { beerColour } from '../../src/panels/beercolour'

test.each([
  ['Oatmeal Stout', 'Black IPA'],
  ['Brown Porter', 'Doppelbock'],
  ['Red Ale', 'Abbey Dubbel'],
  ['Cellar Bitter', 'M\u00e4rzen'],
  ['Harvest Pale Ale', 'Session IPA 2'],
  ['Wheat Beer', 'Weissbier'],
])('%s and %s have one colour', (one, other) => {
  expect(beerColour(one)).toMatch(/^#/)
  expect(beerColour(one)).toBe(beerColour(other))
})

test('a name that says nothing of the beer is that of something pale', () => {
  expect(beerColour('Helles Lager')).toBe('var(--straw)')
  expect(beerColour('No. 42')).toBe('var(--straw)')
  expect(beerColour(undefined)).toBe('var(--straw)')
})

test('the darker word of two wins', () => {
  expect(beerColour('Black IPA')).not.toBe(beerColour('Session IPA'))
})
