import { describe, expect, test } from 'vitest'
import { codeShare, drawable, levelShare, onSeconds, runsOf } from '../../src/charts/lanes'
import { aloneRows, drawBand, drawLine, drawSteps, gapsOf } from '../../src/charts/lines'
import { nextMark, tilesOf } from '../../src/charts/marks'
import { type Line, readOut, stepRows } from '../../src/charts/series'
import { columnOf } from '../../src/state/columns'

const raw = (t: number[], v: number[], gap_s: number | null = null) => columnOf({ id: 's', gap_s, t, v })
const buckets = (t: number[], mean: number[]) => columnOf({ id: 's', gap_s: null, t, min: mean.map(Math.floor), mean, max: mean.map(Math.ceil) })

/** Notes what is drawn: M moves, L draws, Z closes. */
function pen() {
  const said: string[] = []
  return {
    said,
    moveTo: (x: number, y: number) => void said.push(`M${x},${y}`),
    lineTo: (x: number, y: number) => void said.push(`L${x},${y}`),
    closePath: () => void said.push('Z'),
  }
}

const ground = (from = 0, to = 1e6) => ({ x: (t: number) => t / 1000, y: (v: number) => v, from, to })

describe('a line', () => {
  test('breaks at gaps', () => {
    const paper = pen()
    drawLine(paper, raw([0, 1000, 60_000, 61_000], [1, 2, 3, 4], 30), ground())
    expect(paper.said).toEqual(['M0,1', 'L1,2', 'M60,3', 'L61,4'])
  })

  test('reaches the edges of what is seen, and no further', () => {
    const paper = pen()
    drawLine(paper, raw([0, 1000, 2000, 3000, 4000, 5000], [0, 1, 2, 3, 4, 5]), ground(2500, 3500))
    expect(paper.said).toEqual(['M2,2', 'L3,3', 'L4,4'])
  })

  test('leaves single readings to be dots', () => {
    const column = raw([0, 60_000, 61_000, 120_000], [1, 2, 3, 4], 30)
    expect(aloneRows(column, 0, 1e6).map((row) => column.mean[row])).toEqual([1, 4])
  })
})

describe('a setpoint', () => {
  test('holds until it changes, and until now', () => {
    const paper = pen()
    drawSteps(paper, raw([0, 5000, 9000], [19, 19, 20]), ground(), 20_000)
    expect(paper.said).toEqual(['M0,19', 'L5,19', 'L9,19', 'L9,20', 'L20,20'])
  })

  test('never shows the mean of a bucket in which it jumped, but does show ramps', () => {
    const of = (min: number[], max: number[]) => {
      const paper = pen()
      const mean = min.map((low, i) => (low + (max[i] ?? low)) / 2)
      drawSteps(paper, columnOf({ id: 's', gap_s: null, t: min.map((_, i) => i * 1000), min, mean, max }), ground(), null)
      return paper.said
    }
    expect(of([18, 18, 20], [18, 20, 20])).toEqual(['M0,18', 'L2,18', 'L2,20'])
    expect(of([18, 18, 19, 20], [18, 19, 20, 20])).toEqual(['M0,18', 'L1,18', 'L1,18.5', 'L3,18.5', 'L3,20'])
  })

  test('that is no longer in force ends with its last reading', () => {
    const paper = pen()
    drawSteps(paper, raw([0, 5000], [19, 19]), ground(), null)
    expect(paper.said).toEqual(['M0,19', 'L5,19'])
  })
})

test('a band is one closed shape for each stretch', () => {
  const paper = pen()
  const column = columnOf({ id: 's', gap_s: 1, t: [0, 1000, 3000, 4000], min: [1, 1, 1, 1], mean: [2, 2, 2, 2], max: [3, 3, 3, 3] })
  drawBand(paper, column, ground())
  expect(paper.said).toEqual(['M0,3', 'L1,3', 'L1,1', 'L0,1', 'Z', 'M3,3', 'L4,3', 'L4,1', 'L3,1', 'Z'])
})

describe('gaps', () => {
  test('are where nothing was measured', () => {
    expect(gapsOf(raw([0, 1000, 60_000], [1, 2, 3], 30), 0, 1e6, null)).toEqual([{ from: 1000, to: 60_000 }])
  })

  test('last until now while the series is silent', () => {
    const column = raw([0, 1000], [1, 2], 30)
    expect(gapsOf(column, 0, 200_000, 100_000)).toEqual([{ from: 1000, to: 100_000 }])
    expect(gapsOf(column, 0, 200_000, 20_000)).toEqual([])
  })
})

describe('lanes', () => {
  test('raw levels hold until the next one, the last until now', () => {
    expect(runsOf(raw([0, 1000, 2000, 3000], [0, 1, 1, 0]), levelShare, 0, 1e6, null)).toEqual([{ from: 1000, to: 3000, share: 1 }])
    expect(runsOf(raw([0, 1000], [0, 1], 30), levelShare, 0, 1e6, 9000)).toEqual([{ from: 1000, to: 9000, share: 1 }])
    expect(runsOf(raw([0, 1000], [0, 1], 5), levelShare, 0, 1e6, 9000)).toEqual([])
  })

  test('the share of power is the height', () => {
    expect(runsOf(raw([0, 1000], [0.28, 0]), levelShare, 0, 1e6, null)).toEqual([{ from: 0, to: 1000, share: 0.28 }])
  })

  test('a bucket at the edge of a run is drawn as long as it was on', () => {
    const runs = runsOf(buckets([0, 1000, 2000, 3000, 4000], [0, 0.25, 1, 0.5, 0]), levelShare, 0, 1e6, null)
    expect(runs).toEqual([{ from: 1750, to: 3500, share: 1 }])
  })

  test('and however they are drawn, the time that was on stays the same', () => {
    const shares = [0, 0.1, 0, 0.3, 0.6, 1, 0.2, 0, 0.9, 0.9, 0]
    const column = buckets(shares.map((_, i) => i * 1000), shares)
    const runs = runsOf(column, levelShare, 0, 11_000, null)
    const seconds = shares.reduce((sum, share) => sum + share, 0)
    expect(onSeconds(runs)).toBeCloseTo(seconds)
    for (const msPerPixel of [10, 300, 1000, 5000]) expect(onSeconds(drawable(runs, msPerPixel))).toBeCloseTo(seconds)
  })

  test('nothing is on where nothing was measured', () => {
    expect(runsOf(raw([0, 1000, 90_000], [1, 1, 0], 30), levelShare, 0, 1e6, null)).toEqual([{ from: 0, to: 1000, share: 1 }])
  })

  test.each([
    ['heat', [3, 3, 3], 1],
    ['heat', [9, 9, 9], 1],
    ['heat', [4, 4, 4], 0],
    ['heat', [0, 1, 3], 0.5],
    ['cool', [4, 4, 4], 1],
    ['cool', [8, 8, 8], 1],
    ['cool', [0, 2, 8], 0.5],
    ['cool', [0, 0, 0], 0],
  ] as const)('codes of %s %s count %d', (kind, [min, mean, max], share) => {
    expect(codeShare(kind)(min, mean, max)).toBe(share)
  })

  test('runs too close to be told apart become blocks with a share', () => {
    const runs = Array.from({ length: 12 }, (_, i) => ({ from: i * 1000, to: i * 1000 + 250, share: 1 }))
    const blocks = drawable(runs, 1000)
    expect(blocks.length).toBeLessThan(6)
    expect(blocks[0]?.share).toBeLessThan(0.5)
    expect(drawable(runs, 100)).toEqual(runs)
  })
})

describe('marks', () => {
  const marks = [1, 2, 50, 200].map((at) => ({ at, kind: 'note', text: `at ${at}` }))

  test('that would cover one another are one tile', () => {
    const tiles = tilesOf(marks, (t) => t, 100)
    expect(tiles.map((tile) => tile.marks.length)).toEqual([2, 1])
    expect(tiles[0]?.x).toBe(1.5)
  })

  test('are walked in order, and round again', () => {
    expect(nextMark(marks, 2)?.at).toBe(50)
    expect(nextMark(marks, 999)?.at).toBe(1)
    expect(nextMark([], 0)).toBeNull()
  })
})

describe('the cursor', () => {
  const columns = { beer: raw([0, 1000, 2000, 90_000], [18, 19, 20, 21], 30), heat: raw([0, 1000, 2000], [0, 1, 0]) }
  const source = { column: (id: string) => columns[id as keyof typeof columns] }
  const beer: Line = { series: 'beer', label: 'Beer', look: 'beer', axis: 'temperature' }
  const lines = [beer]
  const lanes = [{ series: 'heat', label: 'Heat', look: 'heat', share: levelShare } as const]

  test('reads every line and whether a lane is on', () => {
    expect(readOut(source, lines, lanes, { t: 1500 })).toMatchObject({ values: [{ value: 19 }], on: [{ look: 'heat' }], gap: null })
  })

  test('reads nothing in a gap, and says how long it is', () => {
    expect(readOut(source, lines, lanes, { t: 50_000 })).toMatchObject({ values: [{ value: null }], gap: { line: lines[0], from: 2000, to: 90_000 } })
  })

  test('stands in a silence that lasts until now', () => {
    expect(readOut(source, lines, lanes, { t: 150_000, now: 200_000 }).gap).toMatchObject({ from: 90_000, to: 200_000 })
    expect(readOut(source, lines, lanes, { t: 150_000, now: null }).gap).toBeNull()
    expect(readOut(source, lines, lanes, { t: 100_000, now: 110_000 }).gap).toBeNull()
  })

  test('finds the gap of whichever measured line has one', () => {
    const both = [{ ...beer, series: 'heat', label: 'Heat' }, { ...beer, label: 'Second' }]
    expect(readOut(source, both, [], { t: 50_000 }).gap?.line.label).toBe('Second')
    expect(readOut(source, [{ ...beer, step: true }], [], { t: 50_000 }).gap).toBeNull()
  })

  test('reads what is not believed, close by', () => {
    const untrue = [{ t: 1400, v: 85, quality: 'bad' as const }, { t: 9000, v: 30, quality: 'doubtful' as const }]
    const doubting = { ...source, untrue: () => untrue }
    expect(readOut(doubting, lines, lanes, { t: 1500, reachMs: 200 }).doubts).toEqual([{ line: lines[0], ...untrue[0] }])
    expect(readOut(doubting, lines, lanes, { t: 1500 }).doubts).toEqual([])
  })

  test('steps from row to row, and into gaps', () => {
    expect(stepRows(source, lines, 1000, 1)).toBe(2000)
    expect(stepRows(source, lines, 2000, 1)).toBe(46_000)
    expect(stepRows(source, lines, 46_000, 1)).toBe(90_000)
    expect(stepRows(source, lines, 90_000, -1)).toBe(46_000)
    expect(stepRows(source, lines, 46_000, -1)).toBe(2000)
    expect(stepRows(source, lines, 1000, -10)).toBe(0)
    expect(stepRows({ column: () => undefined }, lines, 5, 1)).toBe(5)
  })
})
