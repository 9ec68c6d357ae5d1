import {
  addTarget,
  changeTarget,
  deliveries,
  type Delivery,
  type PushTarget,
  removeTarget,
  target as read,
  type TargetKind,
  targetKinds,
  type TargetPatch,
  type TargetPlan,
  targets as readAll,
  testTarget,
} from '@krausen/client'
import { changes, targetNews } from './changes'
import { Listing } from './listing.svelte'
import { Problem, server } from './server'

export type { Chosen, Delivery, PushTarget, Selection, TargetKind, TargetPatch, TargetPlan } from '@krausen/client'

const SOON_MS = 300
/** So many deliveries are read at once. */
const PART = 40

/** The push targets; how they fare is told live. */
class Targets extends Listing<PushTarget> {
  constructor() {
    super(() => readAll(server), ['target'])
  }

  override follow(): () => void {
    const ends = [super.follow(), targetNews.listen((news) => this.#hear(news))]
    return () => ends.forEach((end) => end())
  }

  #hear(news: PushTarget): void {
    this.items = this.items.map((one) => (one.id === news.id ? news : one))
  }
}

export const targets = new Targets()

/** The services that are known do not change while the server runs. */
export const kinds = new Listing<TargetKind>(() => targetKinds(server), [])

/** Each of these throws the server's refusal. */
export function add(kind: string, plan: TargetPlan): Promise<PushTarget> {
  return addTarget(server, kind, plan, 'paused')
}

export function change(seen: PushTarget, patch: TargetPatch): Promise<PushTarget> {
  return changeTarget(server, seen.id, patch, seen.revision)
}

export function test(id: string): Promise<Delivery> {
  return testTarget(server, id)
}

/** One push target: what was decided of it, how it fares, and what was delivered. */
export class TargetView {
  readonly id: string
  known = $state.raw<PushTarget | null>(null)
  failure = $state.raw<unknown>(null)
  /** The latest first; null while they are not known. */
  deliveries = $state.raw<readonly Delivery[] | null>(null)
  deliveriesFailure = $state.raw<unknown>(null)
  #next = $state.raw<string | null>(null)

  constructor(id: string) {
    this.id = id
  }

  /** There is no such target. */
  get isUnknown(): boolean {
    return this.failure instanceof Problem && this.failure.status === 404
  }

  /** There are deliveries before those that are known. */
  get hasMore(): boolean {
    return this.#next !== null
  }

  /** Reads it; what was known before stays when no answer comes. */
  async load(): Promise<void> {
    try {
      this.known = await read(server, this.id)
      this.failure = null
    } catch (failure) {
      this.failure = failure
      if (this.isUnknown) this.known = null
    }
  }

  /** Reads its newest deliveries. */
  async look(): Promise<void> {
    try {
      const { items, next } = await deliveries(server, this.id, PART)
      this.deliveries = items
      this.#next = next
      this.deliveriesFailure = null
    } catch (failure) {
      this.deliveriesFailure = failure
    }
  }

  /** Reads the deliveries before those that are known. Throws what the call throws. */
  async more(): Promise<void> {
    if (this.#next === null || this.deliveries === null) return
    const { items, next } = await deliveries(server, this.id, PART, this.#next)
    const known = this.deliveries.map(markOf)
    this.deliveries = [...this.deliveries, ...items.filter((one) => !known.includes(markOf(one)))]
    this.#next = next
  }

  /** Keeps it as it is at the server from here on; gives the act that ends that. */
  follow(): () => void {
    let soon: ReturnType<typeof setTimeout> | undefined
    const deaf = [
      targetNews.listen((news) => (news.id === this.id ? this.#hear(news) : undefined)),
      changes.listen(({ what, id }) => {
        if (what !== 'target' || id !== this.id) return
        clearTimeout(soon)
        soon = setTimeout(() => void this.load(), SOON_MS)
      }),
    ]
    return () => {
      deaf.forEach((end) => end())
      clearTimeout(soon)
    }
  }

  /** Sends what would go out now; gives what became of it. Throws the server's refusal, as the others do. */
  async test(): Promise<Delivery> {
    const made = await test(this.id)
    this.#keep(made)
    return made
  }

  async turn(state: 'active' | 'paused'): Promise<void> {
    this.known = await changeTarget(server, this.id, { state })
  }

  async change(seen: PushTarget, patch: TargetPatch): Promise<void> {
    this.known = await change(seen, patch)
  }

  remove(reason: string): Promise<void> {
    return removeTarget(server, this.id, reason)
  }

  #hear(news: PushTarget): void {
    this.known = news
    if (news.last_delivery) this.#keep(news.last_delivery)
  }

  /** Puts a delivery where it belongs among those that are known. */
  #keep(made: Delivery): void {
    const known = this.deliveries
    if (known === null || known.some((one) => markOf(one) === markOf(made))) return
    this.deliveries = [...known, made].toSorted((a, b) => b.at.localeCompare(a.at))
  }
}

/** What tells a delivery from the others; several may be of the same instant, one a device. */
function markOf({ at, test, request }: Delivery): string {
  return `${at} ${test} ${request}`
}
