import { expect, test } from 'vitest'
import { consequencesOf, TEMPERAMENTS, temperamentOf, undoOf } from '../../../src/panels/chamber/temperament'
import { chamber, CONSEQUENCES } from '../../../src/text/chamber'

test('a vessel that nobody set is balanced, and so is one that is set to something unknown', () => {
  expect(temperamentOf({ settings: {} })).toBe('balanced')
  expect(temperamentOf({ settings: { temperament: 'wild' } })).toBe('balanced')
  expect(temperamentOf({ settings: { temperament: 'saver' } })).toBe('saver')
})

test('taken back is what stood there, or nothing', () => {
  expect(undoOf({ settings: { temperament: 'precise' } })).toEqual({ temperament: 'precise' })
  expect(undoOf({ settings: {} })).toEqual({ temperament: null })
})

test('each says what it costs, beside the others', () => {
  for (const one of TEMPERAMENTS) {
    const found = consequencesOf(one, 'C')
    expect(found.length).toBeGreaterThanOrEqual(2)
    expect(found.every(({ share }) => share > 0 && share <= 1)).toBe(true)
  }
  const shares = TEMPERAMENTS.map((one) => consequencesOf(one, 'C').map(({ share }) => share))
  const [off, starts] = [shares.map(([first]) => first), shares.map(([, second]) => second)]
  expect(TEMPERAMENTS).toEqual(['precise', 'balanced', 'saver'])
  expect(off).toEqual([...off].sort())
  expect(starts).toEqual([...starts].sort().reverse())
})

test('closeness is a difference in the person’s unit', () => {
  const [celsius, fahrenheit] = [consequencesOf('saver', 'C'), consequencesOf('saver', 'F')]
  expect(celsius[0]?.said).toMatch(/^0\.\d\d\u00a0°C$/)
  expect(Number.parseFloat(fahrenheit[0]?.said ?? '')).toBeGreaterThan(Number.parseFloat(celsius[0]?.said ?? ''))
  expect(fahrenheit[0]?.share).toBe(celsius[0]?.share)
})

test('what was not measured is left out, and it is said where the rest was measured', () => {
  for (const one of TEMPERAMENTS) {
    const measured = Object.values(CONSEQUENCES[one]).filter((value) => value !== null)
    expect(consequencesOf(one, 'C')).toHaveLength(measured.length)
  }
  expect(chamber.consequences).toContain('simulated')
})
