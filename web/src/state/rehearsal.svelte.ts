import { type Rehearsal, rehearseProfile } from '@krausen/client'
import { type Draft, planOf } from './draft'
import { server } from './server'

/** What is rehearsed has no need to be kept. */
const DRAFT = 'draft'
const SLOW_MS = 8000

/** What was asked: a plan, from when, and on which vessel. */
export interface Asked {
  draft: Draft
  start: number
  vessel: string
}

/** One rehearsal after another of a plan, of which the last one is shown. */
export class Rehearsing {
  outcome = $state.raw<Rehearsal | null>(null)
  /** What the outcome is of. */
  asked = $state.raw<Asked | null>(null)
  failure = $state.raw<unknown>(null)
  isBusy = $state(false)
  /** It takes long. */
  isSlow = $state(false)
  #asking: AbortController | null = null

  /** Rehearses; what was asked before is given up. */
  async run(asked: Asked): Promise<void> {
    this.stop()
    const asking = new AbortController()
    this.#asking = asking
    this.isBusy = true
    this.failure = null
    const slow = setTimeout(() => (this.isSlow = true), SLOW_MS)
    try {
      const wish = { vessel: asked.vessel, from: asked.start, profile: planOf(asked.draft) }
      const outcome = await rehearseProfile(server, DRAFT, wish, asking.signal)
      if (!asking.signal.aborted) [this.outcome, this.asked] = [outcome, asked]
    } catch (failure) {
      if (!asking.signal.aborted) this.failure = failure
    } finally {
      clearTimeout(slow)
      if (this.#asking === asking) this.#rest()
    }
  }

  /** Nobody waits for it any more. */
  stop(): void {
    this.#asking?.abort()
    this.#rest()
  }

  /** The outcome, while the plan is still the one that it is of. */
  of(draft: Draft): Rehearsal | null {
    return this.asked?.draft.steps === draft.steps ? this.outcome : null
  }

  #rest(): void {
    this.#asking = null
    this.isBusy = this.isSlow = false
  }
}
