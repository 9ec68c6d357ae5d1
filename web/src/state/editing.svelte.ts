import { profileCurve } from '@krausen/client'
import { differences, type Draft, placeOf, planOf, unreadable } from './draft'
import { type Complaint, server } from './server'
import { instant } from '../units/time'
import type { Corner } from './timeline'

const SETTLE_MS = 250
const MOST_UNDONE = 200

/** What the server says of a draft: its curve, and what is wrong with it. */
export interface Judged {
  draft: Draft
  corners: readonly Corner[]
  faults: readonly Complaint[]
}

/** A profile while it is being written: what can be undone, and what the server thinks of it. */
export class Editing {
  draft = $state.raw<Draft>({ name: '', type: 'fermentation', steps: [], events: [] })
  judged = $state.raw<Judged | null>(null)
  /** Why the server could not be asked; the curve is then drawn here alone. */
  failure = $state.raw<unknown>(null)
  /** The revision of what is being changed, as it was seen. */
  seen: number | undefined
  #base = $state.raw<Draft>(this.draft)
  #past = $state.raw<readonly Draft[]>([])
  #future = $state.raw<readonly Draft[]>([])
  #merging = ''
  #asking: AbortController | null = null
  #settling: ReturnType<typeof setTimeout> | undefined
  readonly #startOf: () => number

  /** `startOf` gives the instant at which the course begins. */
  constructor(base: Draft, startOf: () => number) {
    this.#startOf = startOf
    this.begin(base)
  }

  /** Begins anew from what is stored. */
  begin(base: Draft): void {
    this.#base = this.draft = base
    this.#past = this.#future = []
    this.#merging = ''
    this.judge()
  }

  /** What is stored now is another, and what was changed here stays changed. */
  rebase(base: Draft): void {
    this.#base = base
  }

  readonly changes = $derived(differences(this.#base, this.draft))

  /** What is not a number yet, and what the server found wrong with exactly this. */
  readonly faults = $derived.by((): readonly Complaint[] => {
    const here = unreadable(this.draft).map(({ where }) => ({ where, message: '' }))
    return here.length || this.judged?.draft !== this.draft ? [...here, ...this.#lasting(here)] : this.judged.faults
  })

  get base(): Draft {
    return this.#base
  }

  get canUndo(): boolean {
    return this.#past.length > 0
  }

  get canRedo(): boolean {
    return this.#future.length > 0
  }

  /** Changes it. Changes in a row that bear the same name are undone as one. */
  change(next: Draft, name = ''): void {
    if (next === this.draft) return
    if (name === '' || name !== this.#merging) this.#past = [...this.#past, this.draft].slice(-MOST_UNDONE)
    this.#merging = name
    this.#future = []
    this.#show(next)
  }

  /** What comes next is a change of its own: a hand was lifted, a field was left. */
  settle(): void {
    this.#merging = ''
  }

  undo(): void {
    const before = this.#past.at(-1)
    if (!before) return
    this.#past = this.#past.slice(0, -1)
    this.#future = [this.draft, ...this.#future]
    this.settle()
    this.#show(before)
  }

  redo(): void {
    const [next, ...rest] = this.#future
    if (!next) return
    this.#future = rest
    this.#past = [...this.#past, this.draft]
    this.settle()
    this.#show(next)
  }

  discard(): void {
    this.change(this.#base)
    this.settle()
  }

  /** Asks the server what it thinks, once the hand has come to rest. */
  judge(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => void this.#ask(), SETTLE_MS)
  }

  /** What the server said when it was to be kept. */
  refuse(faults: readonly Complaint[]): void {
    this.judged = { draft: this.draft, corners: this.judged?.draft === this.draft ? this.judged.corners : [], faults }
  }

  stop(): void {
    clearTimeout(this.#settling)
    this.#asking?.abort()
  }

  #show(draft: Draft): void {
    this.draft = draft
    this.judge()
  }

  /** Until the server has answered, its last word stands where nothing was changed since. */
  #lasting(here: readonly Complaint[]): readonly Complaint[] {
    const { judged, draft } = this
    return (judged?.faults ?? []).filter(({ where }) => judged && isUntouched(where, judged.draft, draft) && !here.some((one) => one.where === where))
  }

  async #ask(): Promise<void> {
    this.#asking?.abort()
    const { draft } = this
    const start = this.#startOf()
    if (!draft.steps.length || start <= 0 || unreadable(draft).length) return
    const asking = new AbortController()
    this.#asking = asking
    try {
      this.judged = await judgement(draft, start, asking.signal)
      this.failure = null
    } catch (failure) {
      if (!asking.signal.aborted) this.failure = failure
    }
  }
}

const kept: Partial<Record<string, Editing>> = {}

/** Unsaved changes outlive their page, whichever way it was left: what was kept under this name, or something new. */
export function editingOf(name: string, make: () => Editing): Editing {
  const found = kept[name] ?? make()
  kept[name] = undefined
  return found
}

/** Keeps unsaved changes for the next visit. */
export function keep(name: string, editing: Editing): void {
  editing.stop()
  if (editing.changes > 0) kept[name] = editing
}

/** True when the place of a fault is as it was. */
function isUntouched(where: string, before: Draft, now: Draft): boolean {
  const place = placeOf(where)
  if (!place) return before.steps === now.steps
  const fieldsOf = (draft: Draft): Record<string, unknown> => ({ ...draft[place.list][place.at] })
  const [old, present] = [fieldsOf(before), fieldsOf(now)]
  return 'key' in old && old['key'] === present['key'] && old[place.field] === present[place.field]
}

async function judgement(draft: Draft, start: number, signal: AbortSignal): Promise<Judged> {
  const { t, setpoint, faults } = await profileCurve(server, planOf(draft), new Date(start).toISOString(), signal)
  const corners = t.map((at, i) => ({ t: instant(at) ?? 0, c: setpoint[i] ?? 0 }))
  return { draft, corners, faults }
}
