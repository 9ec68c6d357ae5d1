import { describe, expect, test } from 'vitest'
import { daySaid, lengthParts, lengthSaid, lengthTyped, partsTyped } from '../../../src/panels/profiles/length'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test.each([
  [78, '3 d 6 h'],
  [24, '24 h'],
  [36, '36 h'],
  [48, '2 d'],
  [1.5, '1 h 30 min'],
  [0.25, '15 min'],
  [0, '0 h'],
  [0.001, '< 1 min'],
  [-6, '\u22126 h'],
])('%d hours are %s', (hours, said) => {
  expect(plain(lengthSaid(hours))).toBe(said)
})

describe('a length that is typed', () => {
  test.each([
    ['3 d 6 h', 78],
    ['3d6h', 78],
    ['36', 36],
    ['36 h', 36],
    ['1,5 d', 36],
    ['1 w', 168],
    ['90 min', 1.5],
    ['2:30', 2.5],
    ['3\u00a0d\u00a06\u00a0h', 78],
    ['2 days 3 hours', 51],
  ])('%s', (text, hours) => {
    expect(lengthTyped(text, 'fermentation')).toBeCloseTo(hours)
  })

  test('a bare number is minutes in a mash', () => {
    expect(lengthTyped('90', 'mash')).toBeCloseTo(1.5)
  })

  test.each(['', 'soon', '-3', '3 x', 'd'])('%s is none', (text) => {
    expect(lengthTyped(text, 'fermentation')).toBeNaN()
  })

  test('reads what was said', () => {
    for (const hours of [0.25, 1, 1.5, 24, 47, 48, 49.5, 168, 1000]) expect(lengthTyped(lengthSaid(hours), 'fermentation')).toBeCloseTo(hours)
  })
})

describe('a length in two fields', () => {
  test('days and hours, or hours and minutes', () => {
    expect(lengthParts(78, 'fermentation')).toEqual(['3', '6'])
    expect(lengthParts(1.25, 'mash')).toEqual(['1', '15'])
    expect(lengthParts(23.9999, 'fermentation')).toEqual(['1', '0'])
  })

  test('is read back; an empty field is nothing', () => {
    for (const hours of [0, 5, 24, 78, 100.5]) expect(partsTyped(lengthParts(hours, 'fermentation'), 'fermentation')).toBeCloseTo(hours)
    expect(partsTyped(['', '6'], 'fermentation')).toBe(6)
    expect(partsTyped(['x', '6'], 'fermentation')).toBeNaN()
  })
})

test('days are counted to a tenth', () => {
  expect(daySaid(8.5 * 86_400_000, 0)).toBe('8.5')
  expect(daySaid(3 * 86_400_000, 0)).toBe('3')
})
