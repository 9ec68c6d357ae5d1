import { describe, expect, test } from 'vitest'
import { addressFor, boundsOf, weightOf } from '../../src/panels/exporting/exporting'

const ZONE = 'Europe/Copenhagen'
const NOW = Date.parse('2026-11-21T08:00:00Z')
const wanted = { series: ['s1', 's2', 's1'], from: null, to: null, form: 'csv', isCorrected: true } as const

describe('what is taken away', () => {
  test('has an address that names streams once, or a batch', () => {
    expect(addressFor(wanted)).toBe('/api/v1/export?series=s1&series=s2&format=csv')
    expect(addressFor({ ...wanted, batch: 'pale', form: 'brewpi' })).toBe('/api/v1/export?batch=pale&format=brewpi')
    expect(addressFor({ ...wanted, series: [], from: 10.7, to: 20.2, isCorrected: false })).toBe('/api/v1/export?from=10&to=21&format=csv&corrected=false')
  })

  test('lies within whole days of the site, also where the clocks are changed', () => {
    expect(boundsOf('all', { from: '', to: '' }, NOW, ZONE)).toEqual({ from: null, to: null })
    expect(boundsOf('week', { from: '', to: '' }, NOW, ZONE)).toEqual({ from: NOW - 7 * 86_400_000, to: null })
    expect(boundsOf('chosen', { from: '2026-10-25', to: '2026-10-25' }, NOW, ZONE)).toEqual({
      from: Date.parse('2026-10-24T22:00:00Z'),
      to: Date.parse('2026-10-25T23:00:00Z'),
    })
  })

  test('has no bounds where the days are none, or the wrong way round', () => {
    expect(boundsOf('chosen', { from: '', to: '2026-10-25' }, NOW, ZONE)).toBeUndefined()
    expect(boundsOf('chosen', { from: '2026-10-26', to: '2026-10-25' }, NOW, ZONE)).toBeUndefined()
  })

  test('is weighed where its readings are counted', () => {
    const stream = { id: 's1', label: 'Beer', count: 1_000_000 }
    expect(weightOf([stream, { ...stream, count: 1 }], 'csv')).toEqual({ readings: 1_000_001, megabytes: '110' })
    expect(weightOf([{ ...stream, count: 0 }], 'csv')?.readings).toBe(0)
    expect(weightOf([stream, { id: 's2', label: 'Room' }], 'csv')).toBeNull()
  })
})
