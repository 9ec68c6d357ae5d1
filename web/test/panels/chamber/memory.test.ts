import { expect, test } from 'vitest'
import { fileRead, LARGEST_BYTES } from '../../../src/panels/chamber/memory'

const MODEL = { form: 1, mean: [18.6, 18.5], spread: [0.1, 0, 0.1], flow: 0, watched_h: 148.4, standing: 'sure', doubts: [] }

test('a model is read as it is, with what it says of itself', () => {
  expect(fileRead('a.json', JSON.stringify(MODEL))).toEqual({ model: MODEL, standing: 'sure', watchedH: 148.4 })
})

test('what it does not say of itself is not made up', () => {
  expect(fileRead('a.json', JSON.stringify({ mean: [1], spread: [1] }))).toMatchObject({ standing: 'new', watchedH: 0 })
  expect(fileRead('a.json', JSON.stringify({ ...MODEL, standing: 'toString', watched_h: 'long' }))).toMatchObject({ standing: 'new', watchedH: 0 })
})

test.each([
  ['', 'it is not JSON'],
  ['{', 'it is not JSON'],
  ['null', 'no model in it'],
  ['[1, 2]', 'no model in it'],
  ['{"mean": [1]}', 'no model in it'],
  ['{"mean": [], "spread": []}', 'no model in it'],
  ['{"mean": ["a"], "spread": [1]}', 'no model in it'],
])('%s is told for what it is', (text, why) => {
  const read = fileRead('photo.json', text)
  expect('fault' in read && read.fault).toContain(why)
  expect('fault' in read && read.fault).toContain('photo.json')
})

test('what is far too long is not read at all', () => {
  expect(fileRead('photo.json', ' '.repeat(LARGEST_BYTES + 1))).toEqual({ fault: 'photo.json is too large for a learned chamber.' })
})
