import { describe, expect, test } from 'vitest'
import { append, type Column, columnOf, extremes, isPresent, lowerBound, rowAt, splice, trim } from '../../src/state/columns'

const raw = (t: number[], v: number[], gap_s: number | null = null): Column => columnOf({ id: 's', gap_s, t, v })
const buckets = (t: number[], mean: number[], gap_s: number | null = null): Column =>
  columnOf({ id: 's', gap_s, t, mean, min: mean.map((v) => v - 1), max: mean.map((v) => v + 1) })

describe('taking over what the server sent', () => {
  test('raw readings have one value for all three', () => {
    expect(raw([0, 1000], [19, 20])).toMatchObject({ t: [0, 1000], min: [19, 20], mean: [19, 20], max: [19, 20], bucketMs: 0 })
  })

  test('a gap becomes a row of nothing', () => {
    const column = raw([0, 10_000, 60_000], [1, 2, 3], 30)
    expect(column.t).toEqual([0, 10_000, 10_001, 60_000])
    expect(column.mean).toEqual([1, 2, NaN, 3])
  })

  test('without a known interval there is no gap', () => {
    expect(raw([0, 10_000_000], [1, 2]).t).toHaveLength(2)
  })

  test('buckets side by side are not apart, however wide they are', () => {
    expect(buckets([0, 600_000, 1_200_000], [1, 2, 3], 30).t).toHaveLength(3)
  })

  test('a missing bucket is a gap', () => {
    expect(buckets([0, 600_000, 1_800_000], [1, 2, 3], 30).mean).toEqual([1, 2, NaN, 3])
  })
})

describe('appending live readings', () => {
  test('keeps them apart when they are further apart than a bucket', () => {
    const column = raw([0], [19])
    append(column, 2000, 20, 1000, 'measured')
    expect(column).toMatchObject({ t: [0, 2000], mean: [19, 20] })
  })

  test('joins them to the last bucket while it is young', () => {
    const column = raw([0], [19])
    append(column, 400, 21, 1000, 'measured')
    append(column, 800, 23, 1000, 'measured')
    expect(column).toMatchObject({ t: [0], min: [19], max: [23], count: 3 })
    expect(column.mean[0]).toBeCloseTo(21)
  })

  test('a switch has no mean: another value is a row of its own', () => {
    const column = raw([0], [0])
    append(column, 400, 0, 1000, 'held')
    append(column, 600, 1, 1000, 'held')
    append(column, 800, 1, 1000, 'held')
    append(column, 900, 0, 1000, 'held')
    expect(column).toMatchObject({ t: [0, 600, 900], mean: [0, 1, 0] })
  })

  test('the same instant again replaces', () => {
    const column = raw([0], [19])
    append(column, 0, 20, 1000, 'measured')
    expect(column).toMatchObject({ t: [0], min: [20], mean: [20], max: [20] })
  })

  test('what is older than the last is left to the next reading of the past', () => {
    const column = raw([5000], [19])
    append(column, 4000, 25, 1000, 'measured')
    expect(column).toMatchObject({ t: [5000], mean: [19] })
  })

  test('after silence a gap comes first', () => {
    const column = raw([0, 1000], [19, 19], 30)
    append(column, 100_000, 20, 1000, 'measured')
    expect(column.mean).toEqual([19, 19, NaN, 20])
    append(column, 100_500, 22, 1000, 'measured')
    expect(column.mean.at(-1)).toBeCloseTo(21)
  })

  test('begins an empty column', () => {
    const column = raw([], [])
    append(column, 1000, 20, 1000, 'measured')
    expect(column).toMatchObject({ t: [1000], mean: [20] })
  })

  test('a day of readings every second stays small, and hides no extreme', () => {
    const column = raw([], [])
    for (let s = 0; s < 86_400; s += 1) {
      append(column, s * 1000, s === 40_000 ? 85 : 19, 72_000, 'measured')
      trim(column, s * 1000 - 86_400_000)
    }
    expect(column.t.length).toBeLessThanOrEqual(1201)
    expect(Math.max(...column.max)).toBe(85)
  })
})

test('trimming leaves one row that leads into the picture', () => {
  const t = Array.from({ length: 100 }, (_, i) => i * 1000)
  const column = raw(t, t)
  trim(column, 50_500)
  expect(column.t[0]).toBe(50_000)
  expect(column.t).toHaveLength(50)
  expect(column.mean[0]).toBe(50_000)
})

test('trimming a little is not worth the trouble', () => {
  const column = raw([0, 1, 2, 3], [0, 1, 2, 3])
  trim(column, 1)
  expect(column.t).toHaveLength(4)
})

test('a fine stretch takes its place in the coarse whole', () => {
  const whole = buckets([0, 100, 200, 300, 400], [0, 1, 2, 3, 4])
  const fine = raw([150, 160, 170, 250], [10, 11, 12, 13])
  const joined = splice(whole, fine, 150, 300)
  expect(joined.t).toEqual([0, 100, 150, 160, 170, 250, 300, 400])
  expect(joined.mean).toEqual([0, 1, 10, 11, 12, 13, 3, 4])
  expect(joined.bucketMs).toBe(whole.bucketMs)
  expect(splice(whole, fine, 150, 1000).bucketMs).toBe(0)
})

test('lower bound is the first row not before', () => {
  expect([0, 5, 10, 11].map((t) => lowerBound([5, 10], t))).toEqual([0, 0, 1, 2])
})

describe('the row that speaks for an instant', () => {
  const column = raw([1000, 2000, 90_000], [1, 2, 3], 30)

  test.each([
    [500, -1],
    [1000, 0],
    [1999, 0],
    [2000, 1],
    [50_000, -1],
    [90_000, 3],
    [100_000, 3],
    [200_000, -1],
  ])('at %d is %d', (t, row) => {
    expect(rowAt(column, t)).toBe(row)
  })
})

test('extremes include the row that leads in, and skip gaps', () => {
  const column = raw([0, 1000, 90_000, 91_000], [50, 2, 3, -40], 30)
  expect(extremes(column, 500, 90_500)).toEqual([-40, 50])
  expect(extremes(column, 90_000, 90_000)).toEqual([3, 3])
  expect(extremes(raw([], []), 0, 1)).toBeNull()
})

test('a column is present while its last row is younger than a gap', () => {
  const column = raw([0], [1], 30)
  expect(isPresent(column, 29_000)).toBe(true)
  expect(isPresent(column, 31_000)).toBe(false)
  expect(isPresent(column, null)).toBe(false)
})
