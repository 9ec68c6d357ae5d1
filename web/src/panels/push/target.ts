import { fieldsOf } from '../../controls/schema'
import type { Delivery, PushTarget, Selection, TargetKind, TargetPatch, TargetPlan } from '../../state/push.svelte'
import { push as words } from '../../text/push'
import { units } from '../../text/units'
import { age, duration } from '../../units/duration'
import { instant, stamp } from '../../units/time'
import { usualWhat, settledWhat } from './what'

export type Standing = 'active' | 'paused' | 'failing' | 'alone' | 'retrying'

/** What a person is writing of a target. */
export interface TargetDraft {
  name: string
  settings: Record<string, unknown>
  what: Selection
  /** Null while it is no interval. */
  everyS: number | null
}

const FRESH_S = 10
/** Of more failures in a row than this it is not known how many there were. */
const MANY = 40
/** Those that need somebody stand first. */
const RANKS: Record<Standing, number> = { failing: 0, alone: 1, retrying: 2, active: 3, paused: 4 }

/** How it stands, in one word. */
export function standingOf({ state, circuit, retry_at }: Pick<PushTarget, 'state' | 'circuit' | 'retry_at'>): Standing {
  if (state !== 'active') return state
  if (circuit === 'open') return 'alone'
  return circuit === 'half-open' || retry_at !== null ? 'retrying' : 'active'
}

/** The sentence of the page: what a person must mend, else what is tried again, else that all is well. */
export function pushSentence(targets: readonly PushTarget[]): string {
  const standings = targets.map(standingOf)
  const count = (...wanted: Standing[]) => standings.filter((one) => wanted.includes(one)).length
  if (targets.length === 0) return words.none
  if (count('failing')) return words.failing(count('failing'))
  if (count('alone', 'retrying')) return words.troubled(count('alone', 'retrying'))
  if (count('paused') === targets.length) return words.allPaused
  return targets.some(({ recent }) => recent.ok > 0) ? words.fine : words.begun
}

/** Those that need somebody first, then by name. */
export function ordered(targets: readonly PushTarget[]): PushTarget[] {
  return targets.toSorted((a, b) => RANKS[standingOf(a)] - RANKS[standingOf(b)] || a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** "in 42 s", "now", "not due"; what became of it is unknown while the server is away. */
export function dueSaid({ state, next_due }: Pick<PushTarget, 'state' | 'next_due'>, now: number, isAway: boolean): string {
  const at = instant(next_due)
  if (at === null || state !== 'active') return words.notDue
  const seconds = Math.ceil((at - now) / 1000)
  if (seconds > 0) return words.dueIn(duration(seconds))
  return isAway ? units.unknown : words.now
}

/** "40 s ago", "just now", and from a day on the time itself. */
export function agoSaid(at: number, now: number, zone: string): string {
  const seconds = Math.max(0, (now - at) / 1000)
  if (seconds < FRESH_S) return words.justNow
  const said = age(seconds)
  return said === null ? stamp(at, now, zone) : words.ago(said)
}

/** "40 s ago", "2 min ago, failed", "none yet". */
export function lastSaid(last: Pick<Delivery, 'at' | 'ok'> | null, now: number, zone: string): string {
  const at = instant(last?.at)
  if (last === null || at === null) return words.never
  const ago = agoSaid(at, now, zone)
  return last.ok ? ago : words.failedAt(ago)
}

/** How many deliveries failed since one arrived, as far as they are known; tests do not count. */
export function failuresInARow(deliveries: readonly Pick<Delivery, 'ok' | 'test'>[]): number {
  const real = deliveries.filter(({ test }) => !test)
  const arrived = real.findIndex(({ ok }) => ok)
  return arrived < 0 ? real.length : arrived
}

/** "Left alone until 18:42 after 5 failures", or "Tried again in 40 s"; null when it is sent to as always. */
export function circuitSaid(target: PushTarget, deliveries: readonly Delivery[] | null, now: number, zone: string): string | null {
  const standing = standingOf(target)
  const at = instant(target.retry_at)
  if (standing === 'alone' && at !== null) {
    const count = failuresInARow(deliveries ?? [])
    const until = stamp(at, now, zone)
    return count ? words.aloneAfter(until, count < MANY ? words.failures(count) : words.manyFailures(count)) : words.alone(until)
  }
  if (standing !== 'retrying') return null
  const seconds = at === null ? 0 : Math.ceil((at - now) / 1000)
  return words.retry(seconds <= 0 ? words.now : words.dueIn(duration(seconds)))
}

/** A bar of `count` ticks for so many that arrived and failed; one that failed is never rounded away. */
export function shares({ ok, failed }: { ok: number; failed: number }, count: number): boolean[] {
  const all = ok + failed
  if (all === 0) return []
  if (all <= count) return [...Array<boolean>(failed).fill(false), ...Array<boolean>(ok).fill(true)]
  const share = Math.round((failed / all) * count)
  const bad = Math.min(ok > 0 ? count - 1 : count, Math.max(failed > 0 ? 1 : 0, share))
  return Array.from({ length: count }, (_, i) => i >= bad)
}

/** What a new target of a kind begins with; the second of a kind is told from the first. */
export function newDraft(kind: TargetKind, names: readonly string[]): TargetDraft {
  return { name: freeName(kind.title, names), settings: {}, what: usualWhat(kind), everyS: kind.usual_s }
}

export function draftOf({ name, settings, what, every_s }: PushTarget): TargetDraft {
  return { name, settings, what, everyS: every_s }
}

/** As the server takes it; only what `isReady` is sent. */
export function planOf(kind: TargetKind, draft: TargetDraft): TargetPlan {
  return { name: draft.name.trim(), every_s: draft.everyS ?? kind.usual_s, what: settledWhat(kind, draft.what), settings: draft.settings }
}

/** What a plan changes of a target; a setting that is taken back is null, as RFC 7396 has it. */
export function patchOf(target: PushTarget, plan: TargetPlan): TargetPatch {
  const settings = settingsPatch(target.settings, plan.settings)
  return {
    ...(plan.name === target.name ? {} : { name: plan.name }),
    ...(plan.every_s === target.every_s ? {} : { every_s: plan.every_s }),
    ...(same(plan.what, ordering(target.what)) ? {} : { what: plan.what }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  }
}

/** With the settings of one that is failing mended, it is tried again. */
export function mendingOf({ state }: Pick<PushTarget, 'state'>, patch: TargetPatch): TargetPatch {
  return state === 'failing' && patch.settings ? { ...patch, state: 'active' } : patch
}

/** The titles of settings that have to be there and are not. */
export function missingOf(kind: Pick<TargetKind, 'schema'>, settings: Record<string, unknown>): string[] {
  return fieldsOf(kind.schema)
    .filter(({ name, optional, usual }) => !optional && usual === undefined && (settings[name] === undefined || settings[name] === ''))
    .map(({ title }) => title)
}

/** The settings of a target as they are told: title and value, secrets hidden. */
export function settingsSaid(kind: Pick<TargetKind, 'schema'>, settings: Record<string, unknown>): { title: string; value: string }[] {
  return fieldsOf(kind.schema).flatMap(({ name, title, unit }) => {
    const value = settings[name]
    if (value === undefined || value === null || value === '') return []
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    return [{ title, value: unit ? `${text} ${unit}` : text }]
  })
}

function settingsPatch(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => !same(before[name], after[name]))
  return Object.fromEntries(changed.map((name) => [name, name in after ? after[name] : null]))
}

function freeName(title: string, names: readonly string[]): string {
  const taken = new Set(names)
  let [name, count] = [title, 1]
  while (taken.has(name)) name = `${title} ${(count += 1)}`
  return name
}

function ordering({ vessels, sensors, batches, series }: Selection): Selection {
  return { vessels, sensors, batches, series }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
