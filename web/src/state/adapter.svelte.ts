import {
  type Adapter,
  adapter as read,
  type AdapterMetric,
  adapterMetrics,
  type AdapterNode,
  adapterNodes,
  adapterRegularity,
  type AdapterPlan,
  agreeOnMetrics,
  agreeOnNodes,
  arrangeAdapter,
  chooseStore,
  forgetStore,
  type Regularity,
  regularity,
  type SeriesRegularity,
  store,
  type StoreRule,
} from '@krausen/client'
import { changes } from './changes'
import { latest } from './latest.svelte'
import { Problem, type Series, server } from './server'
import { instant } from '../units/time'

export type { Adapter, AdapterMetric, AdapterNode, AdapterPlan, Policy, Regularity, SeriesRegularity, Store, StoreRule } from '@krausen/client'

const SOON_MS = 300

/** What the server knows of an adapter, at one revision. */
export interface KnownAdapter {
  adapter: Adapter
  nodes: readonly AdapterNode[]
  metrics: readonly AdapterMetric[]
}

/** One adapter: what is known of it, what it reports, and how regularly. */
export class AdapterView {
  readonly name: string
  known = $state.raw<KnownAdapter | null>(null)
  series = $state.raw<readonly Series[]>([])
  failure = $state.raw<unknown>(null)
  /** How regularly its series report; null while that is not known. */
  regularity = $state.raw<readonly SeriesRegularity[] | null>(null)
  regularityFailure = $state.raw<unknown>(null)

  constructor(name: string) {
    this.name = name
  }

  /** There is no adapter of this name. */
  get isUnknown(): boolean {
    return this.failure instanceof Problem && this.failure.status === 404
  }

  /** Reads what is known; what was known before stays when no answer comes. */
  async load(): Promise<void> {
    try {
      // First, so that what somebody changes meanwhile makes this revision an old one.
      const adapter = await read(server, this.name)
      const [nodes, metrics, series] = await Promise.all([
        adapterNodes(server, this.name),
        adapterMetrics(server, this.name),
        server.series({ adapter: this.name }),
      ])
      hear(series)
      this.series = series
      this.known = { adapter, nodes, metrics }
      this.failure = null
    } catch (failure) {
      this.failure = failure
    }
  }

  /** Reads how regularly its series report. */
  async look(): Promise<void> {
    try {
      this.regularity = await adapterRegularity(server, this.name)
      this.regularityFailure = null
    } catch (failure) {
      this.regularityFailure = failure
    }
  }

  /** Keeps it as it is at the server from here on; gives the act that ends that. */
  follow(): () => void {
    let soon: ReturnType<typeof setTimeout> | undefined
    const deaf = changes.listen(({ what, id }) => {
      const isOfThis = what === 'adapter' ? id === this.name : what === 'series' && this.series.some((one) => one.id === id)
      if (!isOfThis) return
      clearTimeout(soon)
      soon = setTimeout(() => void this.load(), SOON_MS)
    })
    return () => {
      deaf()
      clearTimeout(soon)
    }
  }

  /** Arranges it anew; each of these throws the server's refusal, 409 when `seen` is not its newest revision. */
  arrange(plan: AdapterPlan, reason: string, seen: number): Promise<Adapter> {
    return arrangeAdapter(server, this.name, plan, reason, seen)
  }

  agreeOnNodes(nodes: readonly AdapterNode[], reason: string, seen: number): Promise<void> {
    return agreeOnNodes(server, this.name, nodes, reason, seen)
  }

  agreeOnMetrics(metrics: readonly AdapterMetric[], reason: string, seen: number): Promise<void> {
    return agreeOnMetrics(server, this.name, metrics, reason, seen)
  }

  /** Keeps of a series from now on what a rule says; without one, what its source declares. Throws the server's refusal. */
  async keep(series: string, rule: StoreRule | null, reason: string): Promise<void> {
    if (rule === null) await forgetStore(server, series, reason)
    const kept = rule === null ? await store(server, series) : await chooseStore(server, series, rule, reason)
    this.series = this.series.map((one) => (one.id === series ? { ...one, store: kept } : one))
  }
}

/** How regularly a series reported in the last 24 hours. */
export function regularityOf(series: string): Promise<Regularity> {
  return regularity(server, series)
}

function hear(series: readonly Series[]): void {
  for (const { id, latest: newest } of series) {
    const at = instant(newest?.t)
    if (newest && at !== null) latest.hear({ series: id, t: at, v: newest.v, quality: newest.quality })
  }
}
