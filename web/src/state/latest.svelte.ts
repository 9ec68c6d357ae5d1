import { SvelteMap } from 'svelte/reactivity'
import { instant } from '../units/time'
import { type LiveReading, type Quality, server } from './server'

export interface Newest {
  t: number
  v: number
  quality: Quality
}

/** The newest reading of each series that was heard of. */
class Latest {
  readonly readings = new SvelteMap<string, Newest>()

  /** Asks for the newest reading of every series. */
  async load(): Promise<void> {
    for (const { id, t, v, quality } of await server.latest()) {
      const at = instant(t)
      if (at !== null) this.hear({ series: id, t: at, v, ...(quality ? { quality } : {}) })
    }
  }

  hear({ series, t, v, quality = 'good' }: LiveReading): void {
    const known = this.readings.get(series)
    if (!known || t >= known.t) this.readings.set(series, { t, v, quality })
  }

  of(series: string | null | undefined): Newest | undefined {
    return series ? this.readings.get(series) : undefined
  }
}

export const latest = new Latest()
