import { describe, expect, test } from 'vitest'
import { capacity, gridOf, headingsOf, isNight, isWatchful, pagesOf, placesOf, turned } from '../../../src/panels/wall/wall'
import { vesselOf } from '../vessels'

const SCREEN = { width: 1864, height: 960 }
const TABLET = { width: 1000, height: 690 }
const PHONE = { width: 366, height: 700 }
const CHAMBERS = [
  { id: 'c2', name: 'Lager chamber' },
  { id: 'c1', name: 'Ale chamber' },
]

const many = (count: number) => Array.from({ length: count }, (_, i) => vesselOf({ id: `v${i}`, name: `Vessel ${i}` }))
const spots = (...places: string[]) => places.map((place, i) => ({ place, vessel: vesselOf({ id: `v${i}` }) }))

describe('places', () => {
  test('are the brew house, then chambers by name, then kinds that stand alone', () => {
    const vessels = [
      vesselOf({ id: 'a', chamber: 'c2' }),
      vesselOf({ id: 'b', kind: 'keg' }),
      vesselOf({ id: 'c', kind: 'pot' }),
      vesselOf({ id: 'd', chamber: 'c1', kind: 'conical' }),
      vesselOf({ id: 'e', chamber: 'c2', kind: 'carboy' }),
    ]
    const found = placesOf(vessels, CHAMBERS).map(({ name, vessels }) => [name, vessels.map(({ id }) => id).join('')])
    expect(found).toEqual([
      ['Brew house', 'c'],
      ['Ale chamber', 'd'],
      ['Lager chamber', 'ae'],
      ['Kegs', 'b'],
    ])
  })

  test('a kind that nobody knows, and a chamber that is gone, have a place too', () => {
    const [one, other] = placesOf([vesselOf({ id: 'a', chamber: 'gone' }), vesselOf({ id: 'b', kind: 'amphora' })], CHAMBERS)
    expect([one?.name, other?.name]).toEqual(['Buckets', 'Others'])
  })
})

describe('the grid', () => {
  test.each([
    [1, { columns: 1, rows: 1 }],
    [2, { columns: 2, rows: 1 }],
    [4, { columns: 2, rows: 2 }],
    [6, { columns: 3, rows: 2 }],
    [7, { columns: 3, rows: 3 }],
    [9, { columns: 3, rows: 3 }],
  ])('of %d vessels on a screen fills it', (count, grid) => {
    expect(gridOf(count, SCREEN)).toEqual(grid)
  })

  test('has room for nine on a screen, six on a tablet, three on a phone, and for one anywhere', () => {
    expect([SCREEN, TABLET, PHONE, { width: 0, height: 0 }].map(capacity)).toEqual([9, 6, 3, 1])
  })

  test('holds whatever a page may have, in any room', () => {
    for (let width = 100; width < 4000; width += 330) {
      for (let height = 100; height < 3000; height += 170) {
        for (let count = 1; count <= capacity({ width, height }); count += 1) {
          const { columns, rows } = gridOf(count, { width, height })
          expect(columns * rows).toBeGreaterThanOrEqual(count)
        }
      }
    }
  })
})

describe('pages', () => {
  test.each([
    [4, 9, [4]],
    [11, 9, [6, 5]],
    [19, 9, [7, 7, 5]],
    [3, 1, [1, 1, 1]],
  ])('%d vessels, %d at once, are shared out evenly', (count, most, sizes) => {
    expect(pagesOf([{ name: 'Buckets', vessels: many(count) }], most).map((page) => page.length)).toEqual(sizes)
  })

  test('no vessel is left out and none is twice', () => {
    const places = [
      { name: 'a', vessels: many(7) },
      { name: 'b', vessels: many(13) },
    ]
    expect(pagesOf(places, 9).flat()).toHaveLength(20)
  })

  test('there are none without a vessel', () => {
    expect(pagesOf([], 9)).toEqual([])
  })

  test('turn round and round', () => {
    expect([turned(0, 3, 1), turned(2, 3, 1), turned(0, 3, -1), turned(5, 0, 1)]).toEqual([1, 0, 2, 0])
  })
})

describe('headings', () => {
  test('stand once above neighbours of one place, and again in the next row', () => {
    expect(headingsOf(spots('Brew house', 'Ale', 'Ale', 'Ale', 'Lager'), 3)).toEqual([
      { name: 'Brew house', row: 0, column: 0, span: 1 },
      { name: 'Ale', row: 0, column: 1, span: 2 },
      { name: 'Ale', row: 1, column: 0, span: 1 },
      { name: 'Lager', row: 1, column: 1, span: 1 },
    ])
  })

  test('cover every card once', () => {
    const page = spots('A', 'A', 'B', 'B', 'B', 'B', 'C', 'D')
    for (const columns of [1, 2, 3]) {
      const covered = headingsOf(page, columns).flatMap(({ name, row, column, span }) => Array.from({ length: span }, (_, i) => [row * columns + column + i, name]))
      expect(covered).toEqual(page.map(({ place }, i) => [i, place]))
    }
  })
})

describe('the dark', () => {
  const at = (time: string) => Date.parse(`2026-11-20T${time}:00+01:00`)

  test.each([
    ['21:59', false],
    ['22:00', true],
    ['03:00', true],
    ['05:59', true],
    ['06:00', false],
  ])('at %s it is night: %s', (time, night) => {
    expect(isNight(at(time), 'Europe/Copenhagen')).toBe(night)
  })

  test('gives way to alarms that stand, but not to tests and shelved ones', () => {
    expect(isWatchful([])).toBe(false)
    expect(isWatchful([{ state: 'shelved', test: false }, { state: 'unacknowledged', test: true }])).toBe(false)
    expect(isWatchful([{ state: 'acknowledged', test: false }])).toBe(true)
  })
})
