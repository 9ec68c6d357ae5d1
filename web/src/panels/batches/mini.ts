import { drawLine, type Pen } from '../../charts/lines'
import { type Column, extremes } from '../../state/columns'

const MARGIN_PX = 3
/** A curve that hardly moves is not blown up to a mountain. */
const LEAST = { gravity: 0.01, beer: 2 }

/** A whole column as one small path of SVG; empty when there is nothing to draw. */
export function mini(column: Column, { width, height, role }: { width: number; height: number; role: keyof typeof LEAST }): string {
  const [from, to] = [column.t[0], column.t.at(-1)]
  if (from === undefined || to === undefined || to <= from) return ''
  const found = extremes(column, from, to)
  if (!found) return ''
  const span = Math.max(found[1] - found[0], LEAST[role])
  const middle = (found[0] + found[1]) / 2
  const x = (t: number) => ((t - from) / (to - from)) * width
  const y = (v: number) => height / 2 - ((v - middle) / span) * (height - 2 * MARGIN_PX)
  return pathOf((pen) => drawLine(pen, column, { x, y, from, to }))
}

/** What a pen draws, as a path of SVG. */
export function pathOf(draw: (pen: Pen) => void): string {
  let d = ''
  draw({
    moveTo: (x, y) => (d += `M${x.toFixed(1)} ${y.toFixed(1)}`),
    lineTo: (x, y) => (d += `L${x.toFixed(1)} ${y.toFixed(1)}`),
  })
  return d
}
