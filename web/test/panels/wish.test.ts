import { describe, expect, test } from 'vitest'
import { addressOf, chosen, lookAt, lookOf, viewOf } from '../../src/panels/look'
import { spanOf } from '../../src/panels/extent'
import { draftSaid, firstDraft, judge, sent } from '../../src/panels/wish'
import type { Series } from '../../src/state/server'
import { vesselOf } from './vessels'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const beer = (value: number | null) => ({ mode: 'beer', value, reason: '' }) as const

describe('a draft', () => {
  test('begins with what is asked now', () => {
    expect(firstDraft(vesselOf(), 'C')).toEqual({ mode: 'beer', value: 19.2, reason: '' })
    expect(firstDraft(vesselOf(), 'F').value).toBe(66.6)
  })

  test('begins with what the beer has when nothing is asked, within the limits', () => {
    const off = { ...vesselOf().requested, mode: 'off', value: null } as const
    expect(firstDraft(vesselOf({ requested: off }), 'C').value).toBe(19.2)
    const hot = { ...vesselOf().observed, beer: 40 }
    expect(firstDraft(vesselOf({ requested: off, observed: hot }), 'C').value).toBe(24)
  })
})

describe('a verdict', () => {
  test.each([
    [31, '31.0 °C is above this vessel’s limit of 24.0 °C.'],
    [0.9, '0.9 °C is below this vessel’s limit of 1.0 °C.'],
    [24, null],
    [1, null],
  ])('on %d °C says %s', (value, wanted) => {
    const { trouble } = judge(beer(value), vesselOf(), 'C')
    expect(trouble && plain(trouble)).toBe(wanted)
  })

  test('compares limits as the person reads them', () => {
    expect(judge(beer(75.2), vesselOf(), 'F').trouble).toBeNull()
    expect(judge(beer(75.3), vesselOf(), 'F').trouble).not.toBeNull()
    expect(judge(beer(33.8), vesselOf(), 'F').trouble).toBeNull()
  })

  test('on no number is that it is none', () => {
    expect(judge(beer(null), vesselOf(), 'C').trouble).toBe('This is not a temperature.')
  })

  test('says what will happen', () => {
    expect(plain(judge(beer(20), vesselOf(), 'C').will)).toBe('the beer is warmed by 0.8 °C.')
    expect(plain(judge(beer(18), vesselOf(), 'C').will)).toBe('the beer is cooled by 1.2 °C.')
    expect(judge(beer(19.2), vesselOf(), 'C')).toMatchObject({ isSame: true, will: 'the beer is already there and is held.' })
    expect(plain(judge({ ...beer(10), mode: 'chamber' }, vesselOf(), 'C').will)).toBe('the chamber is cooled by 9.6 °C.')
    expect(judge({ ...beer(10), mode: 'off' }, vesselOf(), 'C')).toMatchObject({ trouble: null, isSame: false, far: null })
    const blind = vesselOf({ observed: { ...vesselOf().observed, beer: null } })
    expect(plain(judge(beer(20), blind, 'C').will)).toBe('the beer is brought to 20.0 °C.')
  })

  test('calls a change of more than five degrees far', () => {
    expect(judge(beer(14.2), vesselOf(), 'C').far).toBeNull()
    expect(judge(beer(14.1), vesselOf(), 'C').far).toEqual({ gap: '5.1\u00a0°C', warmer: false })
    expect(judge(beer(24), vesselOf({ requested: { ...vesselOf().requested, value: 18 } }), 'C').far).toMatchObject({ warmer: true })
  })
})

describe('what is sent', () => {
  test('is the number as it was seen, in its unit', () => {
    expect(sent({ ...beer(66.7), reason: 'dry hop' }, 'F', 18)).toEqual({ mode: 'beer', value: 66.7, unit: 'F', reason: 'dry hop', revision: 18 })
    expect(plain(draftSaid(beer(66.7), 'F'))).toBe('66.7 °F')
  })

  test('has no value when control goes off', () => {
    expect(sent({ mode: 'off', value: 19, reason: '' }, 'C', 18)).toEqual({ mode: 'off', revision: 18 })
  })
})

describe('how a chart is looked at', () => {
  const HOUR = 3_600_000
  const live = { from: 0, to: 1000 * HOUR, isLive: true, batchFrom: 900 * HOUR }
  const past = { from: 0, to: 200 * HOUR, isLive: false }

  test('a range of a running series follows the present', () => {
    expect(lookOf('24h', live)).toEqual({ kind: 'follow', spanMs: 24 * HOUR })
    expect(lookOf('batch', live)).toEqual({ kind: 'follow', spanMs: 101 * HOUR })
    expect(lookOf('all', live)).toEqual({ kind: 'follow', spanMs: 1010 * HOUR })
    const view = viewOf(lookOf('24h', live), 1000 * HOUR)
    expect(view.from).toBe(976 * HOUR)
    expect(view.to).toBeGreaterThan(1000 * HOUR)
  })

  test('a range of something past stands still', () => {
    expect(lookOf('batch', past)).toEqual({ kind: 'fixed', view: { from: -2 * HOUR, to: 200 * HOUR } })
    expect(lookOf('24h', past)).toEqual({ kind: 'fixed', view: { from: 176 * HOUR, to: 200 * HOUR } })
  })

  test('a view that reaches the present follows, one that does not stands still', () => {
    const view = viewOf({ kind: 'follow', spanMs: 10 * HOUR }, 900 * HOUR)
    expect(chosen(view, 900 * HOUR)).toEqual({ kind: 'follow', spanMs: expect.closeTo(10 * HOUR, 0) as number })
    expect(chosen({ from: 0, to: 9 * HOUR }, 10 * HOUR)).toMatchObject({ kind: 'fixed' })
    expect(chosen({ from: 0, to: 10 * HOUR }, null)).toMatchObject({ kind: 'fixed' })
  })

  test('is kept in the address and read from it again', () => {
    const look = { kind: 'fixed', view: { from: HOUR, to: 3 * HOUR } } as const
    const words = Object.entries(addressOf(look, null)).filter((pair): pair is [string, string] => pair[1] !== null)
    expect(lookAt(new URLSearchParams(words), ['24h'], live)).toEqual({ look, range: null })
    expect(lookAt(new URLSearchParams('range=24h'), ['24h'], live)).toEqual({ look: lookOf('24h', live), range: '24h' })
    expect(lookAt(new URLSearchParams('range=9w&from=x'), ['24h'], live)).toBeNull()
    expect(addressOf(lookOf('3d', live), '3d')).toEqual({ range: '3d', from: null, to: null })
  })

  test('reaches from the first reading of any line', () => {
    const series = ['2026-11-07T00:00:00Z', '2026-11-05T00:00:00Z', null].map((first) => ({ first }) as Series)
    const now = Date.parse('2026-11-20T00:00:00Z')
    expect(spanOf(series, now).from).toBe(Date.parse('2026-11-05T00:00:00Z'))
    expect(spanOf([], now).from).toBe(now - 24 * HOUR)
  })
})
