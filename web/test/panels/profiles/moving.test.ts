import { describe, expect, test } from 'vitest'
import { endedAt, type Ground, keyed, lifted, stoodStill } from '../../../src/panels/profiles/moving'
import { laidOut } from '../../../src/panels/profiles/plan'
import { type Draft, draftOf } from '../../../src/state/draft'
import type { ProfileStep, ProfileType } from '../../../src/state/server'
import { HOUR_MS } from '../../../src/state/timeline'

const step = (kind: ProfileStep['kind'], temperature: number, hours: number | null, until: string | null = null): ProfileStep => ({ kind, temperature, hours, until, title: '' })
const made = (type: ProfileType = 'fermentation') => draftOf({ name: '', type, steps: [step('hold', 18, 72), step('ramp', 21, 24), step('hold', 21, 48), step('hold', 2, null)], events: [] })
const ground = (draft: Draft, now: number | null = null, unit: Ground['unit'] = 'C', pauses: Ground['pauses'] = []): Ground => ({ laid: laidOut(draft, 0, pauses, now), pauses, now, unit })
const hours = ({ steps }: Draft) => steps.map((one) => one.hours)

describe('a handle that is dragged', () => {
  test('snaps to tenths of the unit of the person', () => {
    const draft = made()
    expect(lifted(draft, 0, 17.234, ground(draft)).steps[0]?.temperature).toBe(17.2)
    const shown = (lifted(draft, 0, 17.234, ground(draft, null, 'F')).steps[0]?.temperature ?? 0) * 1.8 + 32
    expect(shown).toBeCloseTo(63, 3)
    expect(lifted(draft, 0, 17.234, ground(draft), true).steps[0]?.temperature).toBe(17.23)
  })

  test('ends on whole hours of its step, and moves what comes after', () => {
    const draft = made()
    expect(hours(endedAt(draft, 1, 100.4 * HOUR_MS, ground(draft)))).toEqual([72, 28, 48, null])
    expect(hours(endedAt(draft, 1, 10 * HOUR_MS, ground(draft)))).toEqual([72, 0, 48, null])
    expect(endedAt(draft, 3, 500 * HOUR_MS, ground(draft))).toBe(draft)
  })

  test('goes by minutes in a mash', () => {
    const draft = made('mash')
    expect(endedAt(draft, 0, (10 + 7.4 / 60) * HOUR_MS, ground(draft)).steps[0]?.hours).toBeCloseTo(10 + 7 / 60)
  })

  test('does not end before the present', () => {
    const draft = made()
    expect(hours(endedAt(draft, 0, 5 * HOUR_MS, ground(draft, 30 * HOUR_MS)))[0]).toBe(30)
  })

  test('leaves pauses out of the length', () => {
    const draft = made()
    const pauses = [{ start: 10 * HOUR_MS, end: 20 * HOUR_MS }]
    expect(hours(endedAt(draft, 0, 90 * HOUR_MS, ground(draft, 40 * HOUR_MS, 'C', pauses)))[0]).toBe(80)
    expect(stoodStill(pauses, 15 * HOUR_MS, 90 * HOUR_MS)).toBe(5 * HOUR_MS)
  })
})

describe('keys on a handle', () => {
  const draft = made()
  const press = (key: string, shiftKey = false) => keyed(draft, 0, { key, shiftKey }, ground(draft))

  test('change temperature and time by a little, with Shift by more', () => {
    expect(press('ArrowUp')?.steps[0]?.temperature).toBe(18.1)
    expect(press('ArrowDown', true)?.steps[0]?.temperature).toBe(17)
    expect(press('ArrowRight')?.steps[0]?.hours).toBe(73)
    expect(press('ArrowLeft', true)?.steps[0]?.hours).toBe(48)
  })

  test('add and remove steps', () => {
    expect(press('Insert')?.steps).toHaveLength(5)
    expect(press('Delete')?.steps).toHaveLength(3)
    expect(press('a')).toBeNull()
  })

  test('do not remove the step that the present lies in', () => {
    expect(keyed(draft, 0, { key: 'Delete', shiftKey: false }, ground(draft, 5 * HOUR_MS))?.steps).toHaveLength(4)
  })
})
