/** Something that happened: a note, a change, an addition. */
export interface Mark {
  at: number
  kind: string
  text: string
  /** By which it can be deleted, where it can. */
  id?: string
}

/** One tile above the plot: a mark, or several that stand too close to be told apart. */
export interface Tile {
  x: number
  marks: readonly Mark[]
}

const TILE_PX = 16

/** Places tiles for the marks within `[0, width]`. Where they would cover one another, one with their number stands for them. */
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
  return crowds.map((crowd) => ({ x: middle(crowd.map(({ x }) => x)), marks: crowd.map(({ mark }) => mark) }))
}

function middle(places: readonly number[]): number {
  return ((places[0] ?? 0) + (places.at(-1) ?? 0)) / 2
}

/** The first mark after `t`, or the very first one when there is none. */
export function nextMark(marks: readonly Mark[], t: number): Mark | null {
  const ordered = [...marks].sort((a, b) => a.at - b.at)
  return ordered.find((mark) => mark.at > t) ?? ordered[0] ?? null
}

/** A stretch of time with something to say of it. */
export interface Stretch {
  from: number
  to: number
  text: string
}

/** Where a stretch lies on the screen. */
export interface Place {
  left: number
  width: number
  text: string
}

const LEAST_PX = 3

/** Places of the stretches within `[0, width]`; those outside are left out. */
export function placesOf(stretches: readonly Stretch[], toX: (t: number) => number, width: number): Place[] {
  return stretches.flatMap(({ from, to, text }) => {
    const [left, right] = [Math.max(0, toX(from)), Math.min(width, toX(to))]
    return right < 0 || left > width ? [] : [{ left, width: Math.max(LEAST_PX, right - left), text }]
  })
}
