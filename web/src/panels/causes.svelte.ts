import type { Silence } from '../charts/series'
import { type Part, seriesAt } from '../state/pieces'
import { Silences } from '../state/silences.svelte'
import { words } from '../text'

/** What kept the lines of a chart silent, in words. */
export class Causes {
  readonly #silences = new Silences()

  /** How many are known. */
  get known(): number {
    return this.#silences.known
  }

  ask(silence: Silence): void {
    this.#silences.ask(partIn(silence))
  }

  /** Empty while it is not known. */
  said(silence: Silence): string {
    return words.chart.causes[this.#silences.of(partIn(silence)) ?? ''] ?? ''
  }
}

/** The series that should have spoken. */
function partIn({ line, from, to }: Silence): Part {
  return { series: seriesAt(line.series, line.parts, from), from, to }
}
