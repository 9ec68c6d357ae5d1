import { describe, expect, test } from 'vitest'
import { clockSeconds, date, dayAndTime, dayLabel, dayNumber, fullTime, instant, monthLabel, stamp } from '../../src/units/time'
import { instantOf, isZone, midnight, offsetAt, wallAt } from '../../src/units/zone'

const ZONE = 'Europe/Copenhagen'
const at = (iso: string) => Date.parse(iso)
const NOW = at('2026-11-20T17:42:07Z')

describe('times', () => {
  test.each([
    ['2026-11-20T09:05:00Z', '10:05'],
    ['2026-11-19T23:30:00Z', '00:30'],
    ['2026-11-19T17:00:00Z', 'Thu 18:00'],
    ['2026-11-14T18:00:00Z', 'Sat 19:00'],
    ['2026-11-10T18:00:00Z', '10 Nov'],
    ['2025-11-17T18:00:00Z', '17 Nov 2025'],
    ['2026-11-21T05:00:00Z', 'Sat 06:00'],
  ])('%s reads %s', (iso, wanted) => {
    expect(stamp(at(iso), NOW, ZONE)).toBe(wanted)
  })

  test('have a long form, with seconds and zone', () => {
    expect(fullTime(NOW, ZONE)).toBe('Friday 20 November 2026 at 18:42:07 CET')
    expect(dayAndTime(NOW, ZONE)).toBe('Fri 20 Nov, 18:42')
    expect(clockSeconds(NOW, ZONE)).toBe('18:42:07')
    expect(dayLabel(NOW, ZONE)).toBe('Fri 20')
    expect(date(NOW, NOW, ZONE)).toBe('20 Nov')
  })

  test('name January by its year', () => {
    expect(monthLabel(at('2027-01-01T00:00:00Z'), ZONE)).toBe('2027')
    expect(monthLabel(at('2027-02-01T00:00:00Z'), ZONE)).toBe('Feb')
  })

  test('come as text or as milliseconds', () => {
    expect(instant('2026-11-20T17:42:07Z')).toBe(NOW)
    expect(instant(NOW)).toBe(NOW)
    expect(instant(null)).toBeNull()
    expect(instant('never')).toBeNull()
  })

  test('midnight is 00:00, never 24:00', () => {
    expect(stamp(at('2026-11-19T23:00:00Z'), NOW, ZONE)).toBe('00:00')
  })
})

describe('days', () => {
  test('are counted from one and change at local midnight', () => {
    const start = at('2026-11-17T10:30:00Z')
    expect(dayNumber(start, start, ZONE)).toBe(1)
    expect(dayNumber(start, at('2026-11-17T22:59:00Z'), ZONE)).toBe(1)
    expect(dayNumber(start, at('2026-11-17T23:01:00Z'), ZONE)).toBe(2)
    expect(dayNumber(start, NOW, ZONE)).toBe(4)
  })

  test('of 23 and 25 hours count as days', () => {
    expect(dayNumber(at('2026-03-28T12:00:00Z'), at('2026-03-30T12:00:00Z'), ZONE)).toBe(3)
    expect(dayNumber(at('2026-10-24T12:00:00Z'), at('2026-10-26T12:00:00Z'), ZONE)).toBe(3)
  })

  test('begin at local midnight on the change days as well', () => {
    expect(midnight(at('2026-03-29T12:00:00Z'), ZONE)).toBe(at('2026-03-28T23:00:00Z'))
    expect(midnight(at('2026-03-29T12:00:00Z'), ZONE, 1)).toBe(at('2026-03-29T22:00:00Z'))
    expect(midnight(at('2026-10-25T12:00:00Z'), ZONE, 1)).toBe(at('2026-10-25T23:00:00Z'))
  })
})

describe('clocks of a zone', () => {
  test('are ahead by their offset', () => {
    expect(offsetAt(at('2026-07-01T00:00:00Z'), ZONE)).toBe(2 * 3_600_000)
    expect(offsetAt(at('2026-12-01T00:00:00.250Z'), ZONE)).toBe(3_600_000)
    expect(offsetAt(NOW, 'Asia/Kathmandu')).toBe(5.75 * 3_600_000)
  })

  test('show the doubled hour of autumn first in summer time', () => {
    expect(instantOf({ year: 2026, month: 10, day: 25, hour: 2, minute: 30, second: 0 }, ZONE)).toBe(at('2026-10-25T00:30:00Z'))
  })

  test('show the missing hour of spring as long after the jump', () => {
    expect(instantOf({ year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 }, ZONE)).toBe(at('2026-03-29T01:30:00Z'))
  })

  test('lead from any instant back to it', () => {
    for (const zone of [ZONE, 'UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']) {
      for (let ms = at('2026-01-01T00:00:00Z'); ms < at('2027-01-01T00:00:00Z'); ms += 9.7 * 3_600_000) {
        const whole = Math.floor(ms / 1000) * 1000
        const back = instantOf(wallAt(whole, zone), zone)
        // In the doubled hour the earlier of two is given.
        expect(wallAt(back, zone)).toEqual(wallAt(whole, zone))
        expect(whole - back).toBeGreaterThanOrEqual(0)
      }
    }
  })

  test('are known by name', () => {
    expect(isZone(ZONE)).toBe(true)
    expect(isZone('Middle-earth/Shire')).toBe(false)
  })
})
