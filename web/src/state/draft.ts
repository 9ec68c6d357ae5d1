import { instant } from '../units/time'
import type { Complaint, ProfileEvent, ProfilePlan, ProfileStep, ProfileType, StepKind } from './server'
import { HOUR_MS, type StepShape } from './timeline'

/** A step that is being written. What is not a number yet is NaN. `key` stays with it wherever it is moved. */
export interface DraftStep extends StepShape {
  key: number
  title: string
}

export interface DraftEvent extends ProfileEvent {
  key: number
}

/** A profile that is being written. */
export interface Draft {
  name: string
  type: ProfileType
  steps: readonly DraftStep[]
  events: readonly DraftEvent[]
}

let made = 0
const nextKey = () => (made += 1)

export function draftOf({ name, type, steps, events }: ProfilePlan): Draft {
  return {
    name,
    type,
    steps: steps.map((step) => ({ ...step, until: instant(step.until), key: nextKey() })),
    events: events.map((event) => ({ ...event, key: nextKey() })),
  }
}

/** What begins a new profile: something that can be followed as it is. */
export function firstDraft(type: ProfileType, name = ''): Draft {
  const plain = (kind: StepKind, temperature: number, hours: number | null): ProfileStep => ({ kind, temperature, hours, until: null, title: '' })
  const steps = {
    fermentation: [plain('hold', 18, 96), plain('ramp', 20, 24), plain('hold', 20, 72), plain('ramp', 2, 24), plain('hold', 2, null)],
    mash: [plain('hold', 66, 1), plain('ramp', 76, 0.25), plain('hold', 76, null)],
  }
  return draftOf({ name, type, steps: steps[type], events: [] })
}

/** As the server takes it. */
export function planOf({ name, type, steps, events }: Draft): ProfilePlan {
  return {
    name,
    type,
    steps: steps.map(({ kind, temperature, hours, until, title }) => ({ kind, temperature, hours, until: until === null ? null : new Date(until).toISOString(), title })),
    events: events.map(({ hours, text }) => ({ hours, text })),
  }
}

/** What cannot even be sent, by JSON pointer; the server knows the rest. */
export function unreadable({ steps, events }: Draft): Pick<Complaint, 'where'>[] {
  const found: Pick<Complaint, 'where'>[] = []
  steps.forEach(({ temperature, hours, until }, i) => {
    if (Number.isNaN(temperature)) found.push({ where: `/steps/${i}/temperature` })
    if (Number.isNaN(hours)) found.push({ where: `/steps/${i}/hours` })
    if (Number.isNaN(until)) found.push({ where: `/steps/${i}/until` })
  })
  events.forEach(({ hours }, i) => {
    if (Number.isNaN(hours)) found.push({ where: `/events/${i}/hours` })
  })
  return found
}

/** Changes one step, and nothing else. */
export function withStep(draft: Draft, at: number, change: Partial<Omit<DraftStep, 'key'>>): Draft {
  return { ...draft, steps: draft.steps.map((step, i) => (i === at ? { ...step, ...change } : step)) }
}

/** Lifts or lowers a step and with it its plateau: a ramp and the hold that keeps where it ended are one level. */
export function withLevel(draft: Draft, at: number, temperature: number, first = 0): Draft {
  const { steps } = draft
  const old = steps[at]?.temperature
  const isLevel = (i: number) => steps[i]?.temperature === old
  let [from, to] = [at, at]
  while (from > first && steps[from]?.kind === 'hold' && isLevel(from - 1)) from -= 1
  while (steps[to + 1]?.kind === 'hold' && isLevel(to + 1)) to += 1
  return { ...draft, steps: steps.map((step, i) => (i >= from && i <= to ? { ...step, temperature } : step)) }
}

/** Where a step ends: in hours from its beginning, or at the date of its end where it has one. A hold for good keeps on. */
export function withEnd(draft: Draft, at: number, begins: number, ends: number): Draft {
  const step = draft.steps[at]
  if (!step || (step.hours === null && step.until === null)) return draft
  return withStep(draft, at, step.until === null ? { hours: Math.max(0, (ends - begins) / HOUR_MS) } : { until: ends })
}

/** Puts a step in before `at`: a hold that keeps what stands there. */
export function inserted(draft: Draft, at: number): Draft {
  const { steps, type } = draft
  const before = steps[at - 1] ?? steps[at]
  const usual = type === 'mash' ? 0.5 : 24
  const made: DraftStep = { key: nextKey(), kind: 'hold', temperature: before?.temperature ?? 18, hours: usual, until: null, title: '' }
  // Only the last hold may be for good.
  const opened = steps.map((step, i) => (i === at - 1 && step.kind === 'hold' && step.hours === null && step.until === null ? { ...step, hours: usual } : step))
  const isLast = at >= steps.length
  return { ...draft, steps: [...opened.slice(0, at), isLast && before?.hours === null ? { ...made, hours: null } : made, ...opened.slice(at)] }
}

export function removed(draft: Draft, at: number): Draft {
  return { ...draft, steps: draft.steps.filter((_, i) => i !== at) }
}

/** Moves a step by one place; what moves off the end gets an end of its own. */
export function moved(draft: Draft, at: number, by: -1 | 1): Draft {
  const steps = [...draft.steps]
  const [one, other] = [steps[at], steps[at + by]]
  if (!one || !other) return draft
  steps[at] = other
  steps[at + by] = one
  return { ...draft, steps: steps.map((step, i) => (i < steps.length - 1 && step.kind !== 'step' && step.hours === null && step.until === null ? { ...step, hours: 24 } : step)) }
}

/** How many things differ: each field, and each step or event that came, went or changed its place. */
export function differences(before: Draft, now: Draft): number {
  const fields = Number(before.name !== now.name) + Number(before.type !== now.type)
  return fields + listed(before.steps, now.steps) + listed(before.events, now.events)
}

/** Where a fault is: the step or event with its field, or null for the whole. */
export function placeOf(where: string): { list: 'steps' | 'events'; at: number; field: string } | null {
  const [, list, at, field = ''] = /^\/(?:profile\/)?(steps|events)\/(\d+)(?:\/(\w+))?/.exec(where) ?? []
  return list === 'steps' || list === 'events' ? { list, at: Number(at), field } : null
}

function listed<Item extends { key: number }>(before: readonly Item[], now: readonly Item[]): number {
  const known = new Map(before.map((item) => [item.key, item]))
  const gone = before.filter(({ key }) => !now.some((item) => item.key === key)).length
  const other = now.filter((item) => {
    const old = known.get(item.key)
    return old === undefined || JSON.stringify(old, exact) !== JSON.stringify(item, exact)
  }).length
  const common = now.filter(({ key }) => known.has(key)).map(({ key }) => key)
  const order = before.filter(({ key }) => common.includes(key)).map(({ key }) => key)
  return gone + other + Number(common.join() !== order.join())
}

/** What is not a number is a change, too. */
function exact(_key: string, value: unknown): unknown {
  return Number.isNaN(value) ? 'NaN' : value
}
