import { untrack } from 'svelte'
import { type Line, seriesOf } from '../../charts/series'
import { corrections } from '../../state/corrections.svelte'

/** Follows corrections, and tells when some lines are corrected otherwise than before. For the script of a component. */
export function correctionsOf(lines: () => readonly Line[], changed: () => void): void {
  const applied = $derived(
    corrections.items
      .filter((one) => seriesOf(lines()).includes(one.series))
      .map((one) => one.id)
      .join(' '),
  )
  let drawnWith: string | null = null

  $effect(() => {
    untrack(() => void corrections.load())
    return corrections.follow()
  })

  $effect(() => {
    if (corrections.phase !== 'ready') return
    if (drawnWith !== null && drawnWith !== applied) untrack(changed)
    drawnWith = applied
  })
}
