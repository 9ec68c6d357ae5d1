/** A place on the board, px from its upper left corner. */
export interface Point {
  x: number
  y: number
}

/** A wire that lies between hardware and what it does. */
export interface Wire {
  key: string
  from: Point
  to: Point
}

/** Where a wire leaves or reaches a thing on the board: the middle of one of its sides. */
export function edge(board: Element, selector: string, side: 'left' | 'right'): Point | null {
  const found = board.querySelector(selector)?.getBoundingClientRect()
  const around = board.getBoundingClientRect()
  return found ? { x: found[side] - around.left, y: found.top + found.height / 2 - around.top } : null
}

/** A curve that leaves and arrives level. */
export function curve(from: Point, to: Point): string {
  const middle = (from.x + to.x) / 2
  return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`
}
