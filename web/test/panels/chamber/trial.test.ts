import { describe, expect, test } from 'vitest'
import { endOf, gravestOf, hindranceOf, inOrder, measuredOf } from '../../../src/panels/chamber/trial'
import type { Finding, PreflightReport } from '../../../src/state/preflight.svelte'
import type { Vessel } from '../../../src/state/server'
import { vesselOf } from '../vessels'

const finding = (level: Finding['level'], text = 'something'): Finding => ({ level, text })
const report = (change: Partial<PreflightReport>): PreflightReport => ({ id: 'p1', state: 'done', at: null, step: '', done: 1, findings: [], measured: {}, ...change })
const off = { mode: 'off', value: null } as const

function vessel(change: Partial<Vessel> = {}): Vessel {
  const made = vesselOf()
  return { ...made, algorithm: 'learning', agent: 'cellar-pi', requested: { ...made.requested, ...off }, accepted: { ...made.accepted, ...off }, ...change }
}

describe('a trial', () => {
  test('starts where the vessel is off and its agent is there', () => {
    expect(hindranceOf(vessel(), false)).toBeNull()
  })

  test('says what is in the way, and whether switching off would help', () => {
    const { requested, accepted } = vesselOf()
    expect(hindranceOf(vessel({ requested: { ...requested, mode: 'beer' } }), false)).toMatchObject({ isMode: true })
    expect(hindranceOf(vessel({ accepted: { ...accepted, mode: 'beer' } }), false)).toEqual({ why: 'cellar-pi has not switched it off yet.', isMode: false })
    expect(hindranceOf(vessel(), true)?.why).toContain('cellar-pi is away')
    expect(hindranceOf(vessel({ agent: '' }), false)?.why).toContain('Nobody holds')
    expect(hindranceOf(vessel({ algorithm: 'firmware' }), false)?.why).toContain('firmware')
  })

  test('has not ended before it has', () => {
    for (const state of ['none', 'waiting', 'running'] as const) expect(endOf(report({ state }), '18:42')).toBeNull()
  })

  test.each([
    ['done', ['good', 'good'], 'Ready'],
    ['done', ['good', 'warning'], 'Usable'],
    ['failed', ['warning', 'fault', 'good'], 'Not ready'],
    ['stopped', ['good', 'fault'], 'ended before its time'],
  ] as const)('that is %s with %s means: %s', (state, levels, verdict) => {
    const end = endOf(report({ state, findings: levels.map((level) => finding(level)) }), '18:42')
    expect(end?.verdict).toContain(verdict)
    expect(end?.when).toContain('18:42')
  })

  test('of which nothing is known says no more than that it ended', () => {
    expect(endOf(report({ state: 'done' }), '')).toEqual({ when: 'Finished', verdict: '' })
  })
})

test('the gravest finding comes first, equals stay in order', () => {
  const found = [finding('good', 'a'), finding('fault', 'b'), finding('good', 'c'), finding('warning', 'd')]
  expect(inOrder(found).map(({ text }) => text)).toEqual(['b', 'd', 'a', 'c'])
  expect(gravestOf(found)).toBe('fault')
  expect(gravestOf([])).toBeNull()
})

test('how long an output goes on is told where it was measured', () => {
  expect(measuredOf(report({ measured: { cooling_goes_on_s: 640, beer_c: 18.2 } }))).toEqual([{ title: 'Cold after the cooler stops', said: '11\u00a0min' }])
  expect(measuredOf(report({ measured: {} }))).toEqual([])
})
