import { expect, test } from 'vitest'
import { fieldAt, fieldOf, momentIn, momentSaid, questionOf, whenSaid } from '../../../src/panels/why/moment'
import type { Why } from '../../../src/state/why.svelte'

const ZONE = 'Europe/Copenhagen'
const NOW = Date.parse('2026-11-20T17:42:00Z')
const NIGHT = Date.parse('2026-11-20T02:12:00Z')

const why = (change: Partial<Why> = {}): Why => ({
  at: '2026-11-20T02:10:00Z',
  until: null,
  heat: 0,
  cool: 0,
  why: ['It is warm enough.'],
  observed: { heat: null, cool: null },
  occasion: 'change',
  earlier: null,
  later: null,
  ...change,
})

test('a moment is said by the clock, and by the day where that is another', () => {
  expect(whenSaid(NIGHT, NOW, ZONE)).toBe('at 03:12')
  expect(whenSaid(NIGHT, NOW + 86_400_000, ZONE)).toBe('at 03:12 on Fri 20 Nov')
})

test('a moment goes into the address and comes back', () => {
  expect(momentIn(new URLSearchParams({ why: momentSaid(NIGHT) }))).toBe(NIGHT)
  expect(momentIn(new URLSearchParams())).toBeNull()
  expect(momentIn(new URLSearchParams('why='))).toBeNull()
  expect(momentIn(new URLSearchParams('why=soon'))).toBeNull()
})

test.each([NIGHT, NOW, Date.parse('2026-10-25T00:30:00Z'), Date.parse('2026-03-29T02:59:00Z')])('a field shows the clocks of the site and is read by them: %s', (at) => {
  expect(fieldAt(fieldOf(at, ZONE), ZONE)).toBe(at)
})

test('of the hour that comes twice the first is meant', () => {
  expect(fieldOf(Date.parse('2026-10-25T01:30:00Z'), ZONE)).toBe('2026-10-25T02:30')
  expect(fieldAt('2026-10-25T02:30', ZONE)).toBe(Date.parse('2026-10-25T00:30:00Z'))
})

test('a field that is not filled shows no moment', () => {
  expect(fieldAt('', ZONE)).toBeNull()
  expect(fieldAt('2026-11-20', ZONE)).toBeNull()
})

test.each<[string, Partial<Why>, string]>([
  ['what heated', { heat: 1, observed: { heat: true, cool: null } }, 'Why was the heater on at 03:12?'],
  ['what cooled', { cool: 1, observed: { heat: false, cool: true } }, 'Why was the cooler on at 03:12?'],
  ['a cooler that still runs though nothing asks for it', { observed: { heat: null, cool: true } }, 'Why was the cooler on at 03:12?'],
  ['what was asked for and rested', { cool: 1, observed: { heat: null, cool: false } }, 'Why did it wait at 03:12?'],
  ['what was asked for and nobody saw', { heat: 1 }, 'What is known at 03:12'],
  ['nothing', {}, 'Why did nothing run at 03:12?'],
  ['the end of an agent', { occasion: 'end' }, 'What is known at 03:12'],
])('the question asks for what ran: %s', (_what, change, question) => {
  expect(questionOf(why(change), 'at 03:12')).toBe(question)
})
