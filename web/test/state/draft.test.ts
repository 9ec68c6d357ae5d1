import { describe, expect, test } from 'vitest'
import { differences, type Draft, draftOf, firstDraft, inserted, moved, placeOf, planOf, removed, unreadable, withEnd, withLevel, withStep } from '../../src/state/draft'
import type { ProfileStep } from '../../src/state/server'
import { HOUR_MS } from '../../src/state/timeline'

const step = (kind: ProfileStep['kind'], temperature: number, hours: number | null = null, until: string | null = null): ProfileStep => ({ kind, temperature, hours, until, title: '' })
const PLAN = { name: 'Ale', type: 'fermentation' as const, steps: [step('hold', 18, 72), step('ramp', 21, 24), step('hold', 21, 48), step('hold', 21, 12), step('ramp', 2, 24), step('hold', 2)], events: [{ hours: 96, text: 'dry hop' }] }
const temperatures = ({ steps }: Draft) => steps.map(({ temperature }) => temperature)

describe('a draft', () => {
  test('goes to the server as it came', () => {
    const dated = { ...PLAN, steps: [step('hold', 18, null, '2026-11-25T23:30:00.000Z'), ...PLAN.steps] }
    expect(planOf(draftOf(dated))).toEqual(dated)
  })

  test('begins with something that can be followed', () => {
    for (const type of ['fermentation', 'mash'] as const) {
      expect(unreadable(firstDraft(type))).toEqual([])
      expect(firstDraft(type).steps.at(-1)).toMatchObject({ kind: 'hold', hours: null })
    }
  })

  test('names what is not a number by its place', () => {
    const draft = withStep(withStep(draftOf(PLAN), 1, { hours: NaN }), 0, { temperature: NaN })
    expect(unreadable(draft).map(({ where }) => where)).toEqual(['/steps/0/temperature', '/steps/1/hours'])
  })
})

describe('a level', () => {
  test('moves as one, from the ramp that ends on it to its last hold', () => {
    expect(temperatures(withLevel(draftOf(PLAN), 1, 20))).toEqual([18, 20, 20, 20, 2, 2])
    expect(temperatures(withLevel(draftOf(PLAN), 3, 20))).toEqual([18, 20, 20, 20, 2, 2])
    expect(temperatures(withLevel(draftOf(PLAN), 0, 19))).toEqual([19, 21, 21, 21, 2, 2])
  })

  test('does not move what is over', () => {
    expect(temperatures(withLevel(draftOf(PLAN), 3, 20, 2))).toEqual([18, 21, 20, 20, 2, 2])
  })
})

describe('steps', () => {
  test('end where they are put, in hours or at a date, and never before they begin', () => {
    const draft = draftOf({ ...PLAN, steps: [step('hold', 18, 72), step('hold', 20, null, '2026-11-25T23:30:00.000Z'), step('hold', 2)] })
    expect(withEnd(draft, 0, 0, 5 * HOUR_MS).steps[0]?.hours).toBe(5)
    expect(withEnd(draft, 0, 9 * HOUR_MS, 5 * HOUR_MS).steps[0]?.hours).toBe(0)
    expect(withEnd(draft, 1, 0, 12345).steps[1]?.until).toBe(12345)
    expect(withEnd(draft, 2, 0, 12345)).toBe(draft)
  })

  test('only the last hold is for good, whatever is put in, moved or taken out', () => {
    const open = (draft: Draft) => draft.steps.map(({ kind, hours, until }) => kind === 'hold' && hours === null && until === null)
    const draft = draftOf(PLAN)
    for (const next of [inserted(draft, 0), inserted(draft, 3), inserted(draft, 6), moved(draft, 5, -1), removed(draft, 2)]) {
      expect(open(next).slice(0, -1)).not.toContain(true)
    }
    expect(open(inserted(draft, 6)).at(-1)).toBe(true)
    expect(moved(draft, 0, -1)).toBe(draft)
  })
})

describe('what differs', () => {
  const base = draftOf(PLAN)

  test('nothing of the same', () => {
    expect(differences(base, { ...base, steps: [...base.steps] })).toBe(0)
  })

  test('each field, step and event once', () => {
    expect(differences(base, { ...base, name: 'Lager', type: 'mash' })).toBe(2)
    expect(differences(base, withStep(withStep(base, 0, { temperature: 17, hours: 60 }), 2, { title: 'rest' }))).toBe(2)
    expect(differences(base, inserted(base, 2))).toBe(1)
    expect(differences(base, removed(base, 2))).toBe(1)
    expect(differences(base, { ...base, events: [] })).toBe(1)
    expect(differences(base, withStep(base, 0, { temperature: NaN }))).toBe(1)
  })

  test('another order is one change, and back again none', () => {
    expect(differences(base, moved(base, 1, 1))).toBe(1)
    expect(differences(base, moved(moved(base, 1, 1), 2, -1))).toBe(0)
  })
})

test.each([
  ['/steps/3/temperature', { list: 'steps', at: 3, field: 'temperature' }],
  ['/profile/events/0/text', { list: 'events', at: 0, field: 'text' }],
  ['/steps/2', { list: 'steps', at: 2, field: '' }],
  ['/name', null],
  ['/steps', null],
])('the place of %s', (where, place) => {
  expect(placeOf(where)).toEqual(place)
})
