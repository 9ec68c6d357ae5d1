import { describe, expect, test } from 'vitest'
import { miniPlan, planRange, planView, relativeTicks, includeAll } from '../../../src/charts/plan'
import { faultAt, faultsOf, handlesOf, laidOut, lastsSaid, outlookOf, type Reader, stepName, totalHours } from '../../../src/panels/profiles/plan'
import { draftOf, withStep } from '../../../src/state/draft'
import type { ProfileStep, Vessel } from '../../../src/state/server'
import { HOUR_MS, layOut } from '../../../src/state/timeline'
import { vesselOf } from '../vessels'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const step = (kind: ProfileStep['kind'], temperature: number, hours: number | null, until: string | null = null): ProfileStep => ({ kind, temperature, hours, until, title: '' })
const PLAN = { name: 'Ale', type: 'fermentation' as const, steps: [step('hold', 18, 72), step('ramp', 21, 24), step('hold', 21, null)], events: [] }
const READER: Reader = { unit: 'C', zone: 'UTC', start: 0, isRelative: true, type: 'fermentation' }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('handles of a plan', () => {
  const draft = draftOf(PLAN)
  const laid = laidOut(draft, 0, [], null)
  const view = planView(laid.legs, 0, 'fermentation')

  test('end their steps; what lasts for good has one as well', () => {
    const handles = handlesOf(draft, laid, view, READER, [])
    expect(handles.map(({ t }) => t / HOUR_MS).slice(0, 2)).toEqual([72, 96])
    expect(handles[2]).toMatchObject({ isOpen: true, c: 21 })
    expect(handles[2]?.t).toBeLessThan(view.to)
    expect(plain(handles[1]?.label ?? '')).toBe('Step 2 ends, 21.0 °C, day 4')
  })

  test('what is over cannot be moved, and what is wrong shows', () => {
    const later = laidOut(draft, 0, [], 80 * HOUR_MS)
    const handles = handlesOf(draft, later, view, READER, [{ where: '/steps/1/temperature', message: 'too hot' }])
    expect(handles.map(({ isPast }) => isPast)).toEqual([true, false, false])
    expect(handles.map(({ isWrong }) => isWrong)).toEqual([false, true, false])
    expect([later.first, later.current]).toEqual([1, 1])
  })
})

describe('faults', () => {
  const faults = [{ where: '/steps/1/hours', message: '' }, { where: '/steps/10/hours', message: 'Too long.' }]

  test('stand at their cell, in words even where none came', () => {
    expect(faultAt(faults, 'steps', 1, 'hours')).toBe('Write it as 3 d 6 h, 36 h or 90 min.')
    expect(faultAt(faults, 'steps', 10, 'hours')).toBe('Too long.')
    expect(faultAt(faults, 'steps', 1, 'temperature')).toBeNull()
    expect(faultsOf(faults, 'steps', 0)).toEqual([])
  })
})

describe('words', () => {
  test('say how long a step lasts', () => {
    const [hold, , last] = draftOf(PLAN).steps
    expect(plain(lastsSaid(hold ?? { kind: 'hold', hours: 0, until: null }, 'UTC'))).toBe('3 d')
    expect(last && lastsSaid(last, 'UTC')).toBe('for good')
    expect(lastsSaid({ kind: 'step', hours: null, until: null }, 'UTC')).toBe('at once')
    expect(plain(lastsSaid({ kind: 'hold', hours: null, until: NOW }, 'UTC'))).toBe('until Fri 20 Nov, 12:00')
  })

  test('name a step even while it is written', () => {
    const draft = withStep(draftOf(PLAN), 0, { temperature: NaN })
    expect(stepName(draft.steps[0] ?? { kind: 'hold', temperature: 0 }, 0, 'C')).toBe('Step 1 · Hold')
  })
})

describe('what starting would do', () => {
  const vessel: Vessel = vesselOf()

  test('tells of the way over and of the end', () => {
    const { trouble, will } = outlookOf(PLAN, vessel, null, NOW, { unit: 'C', zone: 'UTC' })
    expect(trouble).toBeNull()
    expect(plain(will.join(' '))).toContain('It stands at 19.2 °C and goes over by 1.0 °C an hour to 18.0 °C, without a jump.')
    expect(plain(will.join(' '))).toContain('From Tue 24 Nov, 12:00 on it keeps 21.0 °C.')
  })

  test('refuses what the vessel may not be given', () => {
    const hot = { ...PLAN, steps: [step('hold', 18, 72), step('hold', 30, null)] }
    expect(plain(outlookOf(hot, vessel, null, NOW, { unit: 'C', zone: 'UTC' }).trouble ?? '')).toBe('Step 2 asks for 30.0 °C, but this vessel allows 1.0 °C – 24.0 °C.')
  })
})

describe('a plan drawn', () => {
  test('has room for what lasts for good', () => {
    const legs = layOut(draftOf(PLAN).steps, 0)
    expect(totalHours(legs)).toBe(96)
    expect(planView(legs, 0, 'fermentation').to).toBeGreaterThan(96 * HOUR_MS)
    expect(miniPlan(legs, 'fermentation', { width: 100, height: 30 })).toMatch(/^M1\.0 .*L99\.0 /)
  })

  test('counts days, hours or minutes from its start', () => {
    expect(relativeTicks(0, { from: 0, to: 96 * HOUR_MS }, 20 * HOUR_MS).map(({ label }) => label)).toEqual(['day 0', 'day 1', 'day 2', 'day 3', 'day 4'])
    expect(relativeTicks(0, { from: 0, to: 2 * HOUR_MS }, HOUR_MS / 3).map(({ label }) => label)).toEqual(['0 h', '30 min', '1 h', '1:30 h', '2 h'])
  })

  test('has a range of whole degrees in either unit', () => {
    for (const unit of ['C', 'F'] as const) {
      const range = planRange(unit)
      includeAll(range, [{ t: 0, c: 18 }, { t: 1, c: NaN }], [], { from: 0, to: 1 })
      const { min, max } = range.ends()
      expect(min).toBeLessThan(18)
      expect(max).toBeGreaterThan(18)
    }
  })
})
