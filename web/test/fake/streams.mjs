/**
 * The made-up brewery's adapters: what was agreed with them, how regularly their streams report, and what is kept of
 * each. One of them, `orchard`, is somebody else's; one of its tanks is silent. Not part of the product.
 */
import { Series } from './world.mjs'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const LEAST_GAP_S = 30
const SILENT_MS = 90 * MINUTE
const WHOLE = { every_s: 0, deadband: 0, longest_s: 0 }
const DECLARED = { every_s: 0, deadband: 0.0625, longest_s: 60 }
const SENT = [
  ['tank 1', 'temperature', '°C', 18.5],
  ['tank 1', 'ph', 'pH', 4.2],
  ['tank 2', 'temperature', '°C', 12],
  ['a compartment with a name as long as some people give them', 'humidity', '%', 64],
]

export class Streams {
  constructor({ world, publish, refuse, isEmpty }) {
    Object.assign(this, { world, publish, refuse })
    this.agreed = new Map()
    this.chosen = new Map()
    this.#arranged('orchard').title = 'Press'
    this.sent = isEmpty ? [] : SENT.map((one, i) => this.#past(one, i))
  }

  routes() {
    const page = (items) => ({ items, next: null })
    return [
      ['GET', /^\/adapters$/, () => page(this.#names().map((name) => this.#told(name)))],
      ['GET', /^\/adapters\/([^/]+)$/, ([name]) => this.#told(name)],
      ['PUT', /^\/adapters\/([^/]+)$/, ([name], _query, { title, zone, policy }, _origin, seen) => this.#arrange(name, { title, zone, policy }, seen)],
      ['GET', /^\/adapters\/([^/]+)\/(nodes|metrics)$/, ([name, what]) => page(this.#listed(name, what))],
      ['PUT', /^\/adapters\/([^/]+)\/(nodes|metrics)$/, ([name, what], _query, { items }, _origin, seen) => (this.#arrange(name, { [what]: items }, seen), page(this.#listed(name, what)))],
      ['GET', /^\/adapters\/([^/]+)\/regularity$/, ([name]) => page(this.#of(name).map((one) => this.#brief(one)))],
      ['GET', /^\/series\/([^/]+)\/regularity$/, ([id]) => this.#regularity(this.#series(id))],
      ['GET', /^\/series\/([^/]+)\/silence$/, (_parts, query) => ({ from: query.get('from'), to: query.get('to'), cause: 'device silent' })],
      ['GET', /^\/series\/([^/]+)\/store$/, ([id]) => this.storeOf(this.#series(id))],
      ['PUT', /^\/series\/([^/]+)\/store$/, ([id], _query, body) => this.#choose(this.#series(id), body)],
      ['DELETE', /^\/series\/([^/]+)\/store$/, ([id]) => this.#forget(this.#series(id))],
    ]
  }

  /** What is kept of a series: as people chose, else as its source declares. */
  storeOf({ id, adapter, metric }) {
    const rule = this.chosen.get(id)
    if (rule) return { ...rule, chosen: true }
    const isDeclared = adapter !== 'orchard' && adapter !== 'krausen' && metric === 'temperature'
    return { ...(isDeclared ? DECLARED : WHOLE), chosen: false }
  }

  /** Time goes on; gives the readings that were sent. */
  live(now) {
    return this.sent.flatMap(({ series, mean, isSilent }) => {
      if (isSilent || now - (series.t.at(-1) ?? 0) < MINUTE) return []
      const v = this.#value(mean, now)
      series.add(now, v)
      return [{ series: series.id, t: now, v }]
    })
  }

  #past([node, metric, unit, mean], place) {
    const series = new Series(`orchard-${place}`, 'orchard', node, metric, unit)
    const isSilent = node === 'tank 2'
    const { now } = this.world
    for (let t = now - 2 * DAY; t < now - (isSilent ? SILENT_MS : 0); t += MINUTE) {
      const hour = (now - t) / HOUR
      if ((hour > 5 && hour < 6.2) || (hour > 14 && hour < 14.2)) continue
      series.add(t, this.#value(mean, t))
    }
    this.world.series.set(series.id, series)
    return { series, mean, isSilent }
  }

  #value(mean, t) {
    return Math.round((mean * (1 + 0.03 * Math.sin((t / DAY) * 2 * Math.PI)) + (this.world.random() - 0.5) * 0.04) * 100) / 100
  }

  #of(name) {
    return [...this.world.series.values()].filter((one) => one.adapter === name)
  }

  #names() {
    return [...new Set([...this.agreed.keys(), ...[...this.world.series.values()].map((one) => one.adapter)])].sort()
  }

  #series(id) {
    const found = this.world.series.get(id)
    if (!found) throw this.refuse(404, `There is no series ${id}.`)
    return found
  }

  #arranged(name) {
    if (!this.agreed.has(name)) this.agreed.set(name, { title: '', zone: null, policy: 'open', revision: 0, nodes: [], metrics: [], at: null })
    return this.agreed.get(name)
  }

  #told(name) {
    if (!this.#names().includes(name)) throw this.refuse(404, `There is no adapter ${name}.`)
    const { title, zone, policy, revision, at } = this.#arranged(name)
    return { name, title, zone, policy, revision, created_at: at, updated_at: at }
  }

  #arrange(name, change, seen) {
    const known = this.#arranged(name)
    if (seen !== null && seen !== known.revision) throw this.refuse(409, `${name} is at revision ${known.revision}, not ${seen}: look again.`)
    Object.assign(known, change, { revision: known.revision + 1, at: new Date(this.world.now).toISOString() })
    this.#changed('adapter', name)
    return this.#told(name)
  }

  /** What was told of nodes or metrics, and those that report besides. */
  #listed(name, what) {
    const told = this.#arranged(name)[what]
    const plain = what === 'nodes' ? { kind: '' } : { unit: '', min: null, max: null }
    const reporting = new Set(this.#of(name).map((one) => (what === 'nodes' ? one.node : one.metric)))
    const others = [...reporting].filter((one) => !told.some((known) => known.name === one))
    return [...told, ...others.map((one) => ({ name: one, title: '', agreed: false, ...plain }))].sort((a, b) => a.name.localeCompare(b.name))
  }

  #regularity({ t }) {
    const { now } = this.world
    const since = now - DAY
    const times = t.filter((one) => one >= since)
    const iso = (ms) => new Date(ms).toISOString()
    const steps = times.slice(1).map((one, i) => (one - times[i]) / 1000).sort((a, b) => a - b)
    if (!steps.length) return { readings: times.length, every_s: null, rate_per_h: 0, gap_s: null, gaps: [], gaps_left_out: 0, longest_s: null, silent_for_s: null }
    const gap_s = Math.max(LEAST_GAP_S, 3 * steps[Math.floor(steps.length * 0.9)])
    const edges = [...times, now]
    const gaps = edges
      .slice(1)
      .map((to, i) => ({ from: iso(edges[i]), to: iso(to), seconds: (to - edges[i]) / 1000 }))
      .filter((one) => one.seconds > gap_s)
      .reverse()
    return {
      readings: times.length,
      every_s: steps[Math.floor(steps.length / 2)],
      rate_per_h: times.length / 24,
      gap_s,
      gaps,
      gaps_left_out: 0,
      longest_s: gaps.length ? Math.max(...gaps.map((one) => one.seconds)) : null,
      silent_for_s: (now - times.at(-1)) / 1000,
    }
  }

  #brief(series) {
    const { gap_s, gaps, longest_s, silent_for_s } = this.#regularity(series)
    const rate_per_h = series.t.filter((one) => one >= this.world.now - HOUR).length
    return { id: series.id, rate_per_h, gap_s, gaps_24h: gaps.length, longest_s, silent_for_s }
  }

  #choose(series, { every_s, deadband, longest_s }) {
    if (longest_s > 0 && longest_s < every_s) throw this.refuse(422, `This is shorter than every_s, ${every_s} s.`, '/longest_s')
    this.chosen.set(series.id, longest_s ? { every_s, deadband, longest_s } : WHOLE)
    this.#changed('series', series.id)
    return this.storeOf(series)
  }

  #forget(series) {
    if (!this.chosen.delete(series.id)) throw this.refuse(404, `Nothing was chosen for ${series.id}.`)
    this.#changed('series', series.id)
    return null
  }

  #changed(what, id) {
    this.publish('changes', { what, id, action: 'updated', by: 'Anna Andersen' })
  }
}
