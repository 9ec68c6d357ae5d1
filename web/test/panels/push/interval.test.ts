import { describe, expect, test } from 'vitest'
import { intervalFault, intervalHint, intervalSaid, longer, readInterval, shorter } from '../../../src/panels/push/interval'

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ') ?? null
const QUARTER = { least_s: 901, usual_s: 901, why_least: 'It takes one report in 15 minutes.' }

describe('an interval', () => {
  test.each([
    [1, '1 s'],
    [0.5, '0.5 s'],
    [60, '1 min'],
    [90, '1 min 30 s'],
    [901, '15 min 1 s'],
    [7200, '2 h'],
    [86_400, '1 d'],
  ])('of %d s is said %s, and read again', (seconds, said) => {
    expect(plain(intervalSaid(seconds))).toBe(said)
    expect(readInterval(said, 60)).toBe(seconds)
    expect(readInterval(intervalSaid(seconds), 60)).toBe(seconds)
  })

  test.each([
    ['30', 60, 1800],
    ['30', 5, 30],
    ['1,5 h', 1, 5400],
    ['2 hours', 1, 7200],
    ['5min', 1, 300],
    ['1h 30', 1, null],
    ['soon', 1, null],
    ['0 s', 1, null],
    ['5 weeks', 1, null],
    ['', 1, null],
  ])('%j beside %d s is %j', (entered, before, seconds) => {
    expect(readInterval(entered, before)).toBe(seconds)
  })

  test('walks along what people use, no lower than a service allows', () => {
    expect([longer(60), longer(901), shorter(901, 1), shorter(60, 1), shorter(1, 1)]).toEqual([120, 1800, 900, 30, 1])
    expect(shorter(1800, 901)).toBe(901)
    expect(shorter(901, 901)).toBe(901)
  })

  test('that is too short is refused with the reason', () => {
    expect(plain(intervalFault(60, QUARTER))).toBe('At least 15 min 1 s. It takes one report in 15 minutes.')
    expect(intervalFault(901, QUARTER)).toBeNull()
    expect(intervalFault(null, QUARTER)).toContain('This is no interval')
    expect(intervalFault(32 * 86_400, QUARTER)).toBe('At most 31 days.')
  })

  test('tells the least where there is one', () => {
    expect(plain(intervalHint(QUARTER))).toBe('At least 15 min 1 s. It takes one report in 15 minutes.')
    expect(plain(intervalHint({ ...QUARTER, usual_s: 1800 }))).toContain('Usually 30 min.')
    expect(plain(intervalHint({ least_s: 1, usual_s: 60, why_least: '' }))).toBe('Usually 1 min. Such as 30 s, 5 min or 1 h.')
  })
})
