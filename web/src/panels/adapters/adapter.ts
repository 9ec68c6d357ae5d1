import type { AdapterMetric, AdapterNode, AdapterPlan, KnownAdapter, Policy } from '../../state/adapter.svelte'
import { Problem } from '../../state/server'
import { adapters as words } from '../../text/adapters'
import { typed } from '../../units/round'

/** A node as it stands in the form. The key stays while its name is typed. */
export interface NodeRow {
  key: string
  name: string
  title: string
  kind: string
  agreed: boolean
}

/** A metric as it stands in the form; its bounds are text. */
export interface MetricRow {
  key: string
  name: string
  title: string
  unit: string
  min: string
  max: string
  agreed: boolean
}

/** An adapter as it stands in the form; an empty zone is the site's. */
export interface Draft {
  title: string
  zone: string
  policy: Policy
  nodes: NodeRow[]
  metrics: MetricRow[]
}

/** The names that report, whatever was agreed. */
export interface Reporting {
  nodes: ReadonlySet<string>
  metrics: ReadonlySet<string>
}

export type Part = 'nodes' | 'metrics' | 'plan'
type Row = NodeRow | MetricRow

/** A part of the draft that is another than before, in words. */
export interface Change {
  part: Part
  field: string
  said: string
}

export function draftOf({ adapter, nodes, metrics }: KnownAdapter): Draft {
  return {
    title: adapter.title,
    zone: adapter.zone ?? '',
    policy: adapter.policy,
    nodes: nodes.map(({ name, title, kind, agreed }) => ({ key: name, name, title, kind, agreed })),
    metrics: metrics.map(({ name, title, unit, min, max, agreed }) => ({ key: name, name, title, unit, min: bound(min), max: bound(max), agreed })),
  }
}

/** A key that no name can be: names have no control characters. */
const NEW = '\n'

export function newNode(draft: Draft): NodeRow {
  return { key: freshKey(draft.nodes), name: '', title: '', kind: '', agreed: true }
}

export function newMetric(draft: Draft): MetricRow {
  return { key: freshKey(draft.metrics), name: '', title: '', unit: '', min: '', max: '', agreed: true }
}

/** True for a row that the server has not heard of. */
export function isNew(row: Row): boolean {
  return row.key.startsWith(NEW)
}

/** Names are compared exactly: spaces around one that is known belong to it, around one that is typed they do not. */
function nameOf(row: Row): string {
  return isNew(row) ? row.name.trim() : row.name
}

function freshKey(rows: readonly Row[]): string {
  const numbers = rows.filter(isNew).map((row) => Number(row.key.slice(1)))
  return NEW + String(Math.max(0, ...numbers) + 1)
}

function bound(value: number | null): string {
  return value === null ? '' : String(value)
}

/** What differs between two drafts of one adapter, in the order of the form. */
export function changesOf(from: Draft, to: Draft): Change[] {
  return [...planChanges(from, to), ...rowChanges('nodes', from.nodes, to.nodes), ...rowChanges('metrics', from.metrics, to.metrics)]
}

function planChanges(from: Draft, to: Draft): Change[] {
  const found: [boolean, string, string][] = [
    [from.policy !== to.policy, 'policy', words.said.policy[to.policy]],
    [from.title.trim() !== to.title.trim(), 'title', words.said.title(to.title.trim())],
    [from.zone !== to.zone, 'zone', words.said.zone(to.zone)],
  ]
  return found.filter(([differs]) => differs).map(([, field, said]) => ({ part: 'plan', field, said }))
}

function rowChanges(part: 'nodes' | 'metrics', from: readonly Row[], to: readonly Row[]): Change[] {
  const before = byKey(from)
  const after = byKey(to)
  const changed = to.flatMap((row) => {
    const old = before.get(row.key)
    return old && same(old, row) ? [] : [{ part, field: `${part}.${row.key}`, said: rowSaid(old, row) }]
  })
  const gone = from.filter((row) => !after.has(row.key)).map((row) => ({ part, field: `${part}.${row.key}`, said: words.said.gone(row.name) }))
  return [...changed, ...gone]
}

function rowSaid(old: Row | undefined, row: Row): string {
  const name = row.name.trim() || words.parts['kind' in row ? 'nodes' : 'metrics'].unnamed.toLowerCase()
  if (row.agreed && !old?.agreed) return words.said.agreed(name)
  return old?.agreed && !row.agreed ? words.said.unagreed(name) : words.said.changed(name)
}

function byKey<R extends Row>(rows: readonly R[]): Map<string, R> {
  return new Map(rows.map((row) => [row.key, row]))
}

function same(a: Row, b: Row): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

/** A row without what makes no difference: spaces around words, another way to write a number. */
function plain(row: Row): unknown {
  const { name, title, agreed } = row
  const told = [name.trim(), title.trim(), agreed]
  return 'kind' in row ? [...told, row.kind.trim()] : [...told, row.unit.trim(), typed(row.min) ?? row.min.trim(), typed(row.max) ?? row.max.trim()]
}

/** What is wrong with a draft before anybody is asked, by field: "nodes.KEY.name". */
export function faultsOf(draft: Draft): Record<string, string> {
  const faults: [string, string | null][] = [
    ...nameFaults('nodes', draft.nodes),
    ...nameFaults('metrics', draft.metrics),
    ...draft.metrics.flatMap(rangeFaults),
  ]
  return Object.fromEntries(faults.filter((fault): fault is [string, string] => fault[1] !== null))
}

function nameFaults(part: 'nodes' | 'metrics', rows: readonly Row[]): [string, string | null][] {
  const seen = new Set<string>()
  return rows.map((row) => {
    const name = nameOf(row)
    const isTwice = seen.has(name)
    seen.add(name)
    return [`${part}.${row.key}.name`, name === '' ? words.nameMissing : isTwice ? words.nameTwice(name) : null]
  })
}

function rangeFaults({ key, min, max }: MetricRow): [string, string | null][] {
  const [least, greatest] = [typed(min), typed(max)]
  const isText = (text: string, value: number | null) => text.trim() !== '' && value === null
  const isCrossed = least !== null && greatest !== null && least > greatest
  return [
    [`metrics.${key}.min`, isText(min, least) ? words.notANumber : isCrossed ? words.crossed : null],
    [`metrics.${key}.max`, isText(max, greatest) ? words.notANumber : null],
  ]
}

/** The parts of the form as the server takes them, with the key of each row that is sent. */
export interface Sent<Item> {
  items: Item[]
  keys: string[]
}

export function planOf(draft: Draft): AdapterPlan {
  return { title: draft.title.trim(), zone: draft.zone || null, policy: draft.policy }
}

/** Nodes of which something is known beyond that they report. */
export function nodesOf(draft: Draft): Sent<AdapterNode> {
  const told = draft.nodes.filter((row) => row.agreed || row.title.trim() || row.kind.trim())
  return {
    items: told.map((row) => ({ name: nameOf(row), title: row.title.trim(), kind: row.kind.trim(), agreed: row.agreed })),
    keys: told.map((row) => row.key),
  }
}

/** Metrics of which something is known beyond that they report. */
export function metricsOf(draft: Draft): Sent<AdapterMetric> {
  const told = draft.metrics.filter((row) => row.agreed || row.title.trim() || row.unit.trim() || row.min.trim() || row.max.trim())
  return {
    items: told.map((row) => ({
      name: nameOf(row),
      title: row.title.trim(),
      unit: row.unit.trim(),
      min: typed(row.min),
      max: typed(row.max),
      agreed: row.agreed,
    })),
    keys: told.map((row) => row.key),
  }
}

/** The server's words on a part by field of the form; what belongs to no field is under "". */
export function refusalsOf(failure: unknown, part: Part, keys: readonly string[]): Record<string, string> {
  if (!(failure instanceof Problem)) return {}
  const found: Record<string, string> = {}
  for (const { where, message } of failure.errors) found[fieldOf(where, part, keys)] ??= message
  if (failure.errors.length === 0) found[''] = failure.detail || failure.title
  return found
}

function fieldOf(where: string, part: Part, keys: readonly string[]): string {
  if (part === 'plan') return /^\/(title|zone|policy)$/.exec(where)?.[1] ?? ''
  const [, place, field] = /^\/items\/(\d+)\/(name|title|kind|unit|min|max)$/.exec(where) ?? []
  const key = place === undefined ? undefined : keys[Number(place)]
  return key === undefined || field === undefined ? '' : `${part}.${key}.${field}`
}

/** What a person changed, on top of what somebody else made of the adapter meanwhile. */
export function rebased(base: Draft, draft: Draft, theirs: Draft): Draft {
  return {
    title: draft.title.trim() === base.title.trim() ? theirs.title : draft.title,
    zone: draft.zone === base.zone ? theirs.zone : draft.zone,
    policy: draft.policy === base.policy ? theirs.policy : draft.policy,
    nodes: rebasedRows(base.nodes, draft.nodes, theirs.nodes),
    metrics: rebasedRows(base.metrics, draft.metrics, theirs.metrics),
  }
}

function rebasedRows<R extends Row>(base: readonly R[], draft: readonly R[], theirs: readonly R[]): R[] {
  const before = byKey(base)
  const mine = byKey(draft)
  const fresh = new Map(draft.filter(isNew).map((row) => [row.name.trim(), row]))
  const isMine = (row: R) => {
    const old = before.get(row.key)
    return old !== undefined && !same(old, row)
  }
  const kept = theirs.flatMap((row) => {
    const [own, added] = [mine.get(row.key), fresh.get(row.name)]
    if (added) return [{ ...added, key: row.key, name: row.name }]
    if (own) return [isMine(own) ? own : row]
    // It was taken back here: so it stays, unless they had just added it.
    return before.has(row.key) ? [] : [row]
  })
  const known = byKey(kept)
  const names = new Set(theirs.map((row) => row.name))
  const left = draft.filter((row) => !known.has(row.key) && (isNew(row) ? !names.has(row.name.trim()) : isMine(row)))
  return [...kept, ...left]
}

/** The names that report and would be refused if only what is agreed may come. */
export function refused(draft: Draft, reporting: Reporting): string[] {
  const unagreed = (rows: readonly Row[], names: ReadonlySet<string>) => {
    const agreed = new Set(rows.filter((row) => row.agreed).map(nameOf))
    return [...names].filter((name) => !agreed.has(name)).sort()
  }
  return draft.policy === 'open' ? [] : [...unagreed(draft.nodes, reporting.nodes), ...unagreed(draft.metrics, reporting.metrics)]
}

/** The draft with everything agreed that reports. */
export function agreedAll(draft: Draft, reporting: Reporting): Draft {
  const agree = <R extends Row>(rows: readonly R[], names: ReadonlySet<string>) => rows.map((row) => (names.has(row.name) ? { ...row, agreed: true } : row))
  return { ...draft, nodes: agree(draft.nodes, reporting.nodes), metrics: agree(draft.metrics, reporting.metrics) }
}

const MINUS = '\u2212'

/** "−5 to 40 °C": the bounds of a metric, or its unit alone where it has none. */
export function rangeSaid(min: string, max: string, unit: string): string {
  const [least, greatest] = [plainBound(min), plainBound(max)]
  return least || greatest ? words.range(least, greatest, unit.trim()) : unit.trim()
}

function plainBound(text: string): string {
  return text.trim().replace(/^-/, MINUS)
}

/** A list of names that stays readable: the first of them, and how many more there are. */
export function listed(names: readonly string[], most = 8): string[] {
  return names.length <= most ? [...names] : [...names.slice(0, most), words.andMore(names.length - most)]
}
