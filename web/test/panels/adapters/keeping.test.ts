import { describe, expect, test } from 'vitest'
import { draftOf, faultsOf, type KeepDraft, keepsAll, keptSaid, refusalsOf, ruleOf, sameStore, type Units } from '../../../src/panels/adapters/keeping'
import type { Store } from '../../../src/state/adapter.svelte'
import { Problem } from '../../../src/state/server'
import { adapters as words } from '../../../src/text/adapters'

const CELSIUS: Units = { stored: '°C', person: 'C' }
const FAHRENHEIT: Units = { stored: '°C', person: 'F' }
const rule = (longest_s: number, deadband = 0, every_s = 0) => ({ longest_s, deadband, every_s })
const chosen = (longest_s: number, deadband = 0, every_s = 0): Store => ({ ...rule(longest_s, deadband, every_s), chosen: true })
const declared = (longest_s: number, deadband = 0, every_s = 0): Store => ({ ...rule(longest_s, deadband, every_s), chosen: false })
const own = (change: Partial<KeepDraft> = {}): KeepDraft => ({ way: 'own', longest: '60', deadband: '0.5', every: '10', ...change })

describe('what is kept is said', () => {
  test.each([
    [rule(0), CELSIUS, 'Every reading'],
    [rule(60, 0.0625), CELSIUS, 'What changes by more than 0.06\u00a0°C, at least one a minute'],
    [rule(60, 0.0625), FAHRENHEIT, 'What changes by more than 0.11\u00a0°F, at least one a minute'],
    [rule(60, 5), { stored: '°F', person: 'C' }, 'What changes by more than 5\u00a0°F, at least one a minute'],
    [rule(3600, 0.00025, 10), { stored: 'SG', person: 'C' }, 'What changes by more than 0.00025\u00a0SG, at most one every 10\u00a0s, at least one an hour'],
    [rule(90, 100), { stored: '', person: 'C' }, 'What changes by more than 100, at least one every 90\u00a0s'],
    [rule(300), CELSIUS, 'What changes, at least one every 5\u00a0min'],
    [rule(0.5, 0, 0.1), CELSIUS, 'What changes, at most one every 0.1\u00a0s, at least one every 0.5\u00a0s'],
  ] as const)('%j', (kept, units, said) => {
    expect(keptSaid(kept, units)).toBe(said)
  })
})

describe('a draft', () => {
  test('is the way that was chosen, or the source’s', () => {
    expect(draftOf(declared(60, 0.5), CELSIUS)).toEqual({ way: 'source', longest: '60', deadband: '0.5', every: '' })
    expect(draftOf(chosen(0), CELSIUS)).toEqual({ way: 'every', longest: '60', deadband: '', every: '' })
    expect(draftOf(chosen(300, 0.1, 10), FAHRENHEIT)).toEqual({ way: 'own', longest: '300', deadband: '0.18', every: '10' })
  })

  test.each([declared(0), declared(60, 0.0625), chosen(0), chosen(60, 0.1, 7), chosen(60, 1 / 3, 0.3)])('that nobody touched changes nothing: %j', (store) => {
    for (const units of [CELSIUS, FAHRENHEIT]) {
      expect(faultsOf(draftOf(store, units))).toEqual({})
      expect(keepsAll(draftOf(store, units), store, units)).toBe(true)
    }
  })

  test('with another way or number changes something', () => {
    expect(keepsAll(own(), declared(60, 0.5, 10), CELSIUS)).toBe(false)
    expect(keepsAll(own({ way: 'source' }), chosen(60, 0.5, 10), CELSIUS)).toBe(false)
    expect(keepsAll(own({ deadband: '0.6' }), chosen(60, 0.5, 10), CELSIUS)).toBe(false)
    expect(keepsAll(own({ longest: '61' }), chosen(60, 0.5, 10), CELSIUS)).toBe(false)
    expect(keepsAll(own({ every: '' }), chosen(60, 0.5, 10), CELSIUS)).toBe(false)
    expect(keepsAll(own(), chosen(60, 0.5, 10), CELSIUS)).toBe(true)
  })

  test('becomes the rule that is sent, in the stored unit', () => {
    expect(ruleOf(own({ way: 'source' }), CELSIUS)).toBeNull()
    expect(ruleOf(own({ way: 'every' }), CELSIUS)).toEqual(rule(0))
    expect(ruleOf(own({ deadband: '0,18' }), FAHRENHEIT)).toEqual(rule(60, 0.1, 10))
    expect(ruleOf(own({ deadband: '', every: ' ' }), CELSIUS)).toEqual(rule(60))
  })

  test.each([
    [{ longest: '' }, { longest: words.atLeastMissing }],
    [{ longest: '0' }, { longest: words.atLeastMissing }],
    [{ longest: 'long' }, { longest: words.notANumber }],
    [{ longest: '-1' }, { longest: words.notNegative }],
    [{ longest: '86401', every: '90000' }, { longest: words.dayAtMost, every: words.dayAtMost }],
    [{ longest: '5' }, { longest: words.tooShort }],
    [{ longest: '10' }, {}],
    [{ deadband: '-0.1', every: 'x' }, { deadband: words.notNegative, every: words.notANumber }],
    [{ way: 'every', longest: '' }, {}],
  ] as const)('%j is told what is wrong with it', (change, faults) => {
    expect(faultsOf(own(change))).toEqual(faults)
  })
})

test('the server is heard at the field it speaks of', () => {
  const problem = new Problem(422, 'Invalid', '', [
    { where: '/longest_s', message: 'Shorter.' },
    { where: '/longest_s', message: 'And more.' },
    { where: '/reason', message: 'Too long.' },
    { where: '', message: 'Something else.' },
  ])
  expect(refusalsOf(problem)).toEqual({ longest: 'Shorter.', reason: 'Too long.', way: 'Something else.' })
  expect(refusalsOf(new Error('away'))).toEqual({})
})

test('who chose makes a difference even where the rule is the same', () => {
  expect(sameStore(chosen(60), declared(60))).toBe(false)
  expect(sameStore(chosen(60, 0.5), chosen(60, 0.5))).toBe(true)
  expect(sameStore(chosen(60, 0.5), chosen(60, 0.6))).toBe(false)
})
