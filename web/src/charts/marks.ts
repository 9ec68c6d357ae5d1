/** Something that happened: a note, a change, an addition. */
export interface Mark {
  at: number
  kind: string
  text: string
}

/** One tile above the plot: a mark, or several that stand too close to be told apart. */
export interface Tile {
  x: number
  marks: readonly Mark[]
}

const TILE_PX = 18
const CROWD = 10

/**
 * Places tiles for the marks within `[0, width]`. Neighbours stand side by side as long as they are few; where ten or
 * more would overlap in a row, one tile with their number stands for them.
 */
export function tilesOf(marks: readonly Mark[], toX: (t: number) => number, width: number): Tile[] {
  const seen = marks
    .map((mark) => ({ mark, x: toX(mark.at) }))
    .filter(({ x }) => x >= 0 && x <= width)
    .sort((a, b) => a.x - b.x)
  const crowds: { mark: Mark; x: number }[][] = []
  for (const one of seen) {
    const crowd = crowds.at(-1)
    const before = crowd?.at(-1)
    if (crowd && before && one.x - before.x < TILE_PX) crowd.push(one)
    else crowds.push([one])
  }
  return crowds.flatMap((crowd) => (crowd.length < CROWD ? single(crowd) : [together(crowd)]))
}

function single(crowd: readonly { mark: Mark; x: number }[]): Tile[] {
  return crowd.map(({ mark, x }) => ({ x, marks: [mark] }))
}

function together(crowd: readonly { mark: Mark; x: number }[]): Tile {
  const middle = crowd[Math.floor(crowd.length / 2)]
  return { x: middle?.x ?? 0, marks: crowd.map(({ mark }) => mark) }
}

/** The first mark after `t`, or the very first one when there is none. */
export function nextMark(marks: readonly Mark[], t: number): Mark | null {
  const ordered = [...marks].sort((a, b) => a.at - b.at)
  return ordered.find((mark) => mark.at > t) ?? ordered[0] ?? null
}
