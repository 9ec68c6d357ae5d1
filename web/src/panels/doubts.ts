import type { Line } from '../charts/series'
import type { View } from '../charts/view'
import type { Past } from '../state/history'
import { words } from '../text'

/** How many readings in sight are not believed, and why not all of them may be seen. */
export function doubtsSaid(past: Pick<Past, 'untrue' | 'isRaw'>, lines: readonly Line[], { from, to }: View): string {
  const count = lines.reduce((sum, { series }) => sum + past.untrue(series).filter(({ t }) => t >= from && t <= to).length, 0)
  const far = lines.every(({ series }) => past.isRaw(series)) ? '' : words.chart.untrueFar
  return [count ? words.chart.untrueSome(count) : '', far].filter(Boolean).join(' ') || words.chart.untrueNone
}
