import type { Corner } from '../state/timeline'
import type { Scene } from './plot'

/** What is seen of the course ahead, up to where it leaves the view. */
export function aheadWithin({ view, now, ahead }: Scene): readonly Corner[] {
  if (!ahead || now === null || view.to <= now) return []
  const beyond = ahead.findIndex(({ t }) => t > view.to)
  const [before, after] = [ahead[beyond - 1], ahead[beyond]]
  if (!after || !before) return ahead.filter(({ t }) => t <= view.to)
  const c = before.c + ((after.c - before.c) * (view.to - before.t)) / (after.t - before.t)
  return [...ahead.slice(0, beyond), { t: view.to, c }]
}
