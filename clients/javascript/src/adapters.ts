/** Who reports readings, what about and which quantities; and how regularly they do. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'

type Schemas = components['schemas']

/** What an adapter may send: whatever it likes, or only what was agreed. */
export type Policy = Schemas['Policy']
/** An adapter that reports but was never arranged has revision 0. */
export type Adapter = Schemas['AdapterBody']
export type AdapterPlan = Pick<Adapter, 'title' | 'zone' | 'policy'>
export type AdapterNode = Required<Schemas['Node']>
/** `min` and `max` are in the metric's own unit. */
export type AdapterMetric = Required<Schemas['Metric']>
/** Readings in the last hour, and gaps in the last 24 hours. */
export type SeriesRegularity = Schemas['SeriesRegularityBody']
/** Gaps are listed newest first. */
export type Regularity = Schemas['RegularityBody']
/** What is kept of a series; with `longest_s` 0 every reading. `deadband` is in the unit of the series. */
export type Store = Schemas['StoreBody']
export type StoreRule = Omit<Store, 'chosen'>

const at = (adapter: string, rest = '') => `/adapters/${encodeURIComponent(adapter)}${rest}`
const keptOf = (series: string) => `/series/${encodeURIComponent(series)}/store`
const why = (reason: string) => (reason ? { reason } : {})

export function adapter(server: Krausen, name: string): Promise<Adapter> {
  return server.call('GET', at(name))
}

/** Those that are agreed, and those that report, by name. */
export function adapterNodes(server: Krausen, name: string): Promise<AdapterNode[]> {
  return server.collection(at(name, '/nodes'))
}

export function adapterMetrics(server: Krausen, name: string): Promise<AdapterMetric[]> {
  return server.collection(at(name, '/metrics'))
}

/** Arranges title, zone and policy. With `seen`, a newer revision is answered 409 with what is there. */
export function arrangeAdapter(server: Krausen, name: string, plan: AdapterPlan, reason = '', seen?: number): Promise<Adapter> {
  return server.call('PUT', at(name), { body: { ...plan, ...why(reason) }, seen })
}

/** Replaces all that is known of its nodes, which makes the next revision. */
export async function agreeOnNodes(server: Krausen, name: string, items: readonly AdapterNode[], reason = '', seen?: number): Promise<void> {
  await server.call('PUT', at(name, '/nodes'), { body: { items, ...why(reason) }, seen })
}

/** Replaces all that is known of its metrics, which makes the next revision. */
export async function agreeOnMetrics(server: Krausen, name: string, items: readonly AdapterMetric[], reason = '', seen?: number): Promise<void> {
  await server.call('PUT', at(name, '/metrics'), { body: { items, ...why(reason) }, seen })
}

/** How regularly each series of an adapter reports. */
export function adapterRegularity(server: Krausen, name: string): Promise<SeriesRegularity[]> {
  return server.collection(at(name, '/regularity'))
}

/** How regularly a series reported in the last 24 hours. */
export function regularity(server: Krausen, series: string): Promise<Regularity> {
  return server.call('GET', `/series/${encodeURIComponent(series)}/regularity`)
}

export function store(server: Krausen, series: string): Promise<Store> {
  return server.call('GET', keptOf(series))
}

/** Chooses what is kept of a series from now on, in place of what its source declares. */
export function chooseStore(server: Krausen, series: string, rule: StoreRule, reason = ''): Promise<Store> {
  return server.call('PUT', keptOf(series), { body: { ...rule, ...why(reason) } })
}

/** Has kept of a series from now on what its source declares; 404 when nothing was chosen. */
export async function forgetStore(server: Krausen, series: string, reason = ''): Promise<void> {
  await server.call('DELETE', keptOf(series), { query: why(reason) })
}
