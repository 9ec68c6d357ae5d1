import { type AnswerOf, type CallOf, Problem, server } from './server'

const WHY = '/vessels/{id}/why'
const LIST = '/vessels/{id}/reasons'

/** What was demanded from a time on, what ran, why, and when something changed before and after it. */
export type Why = AnswerOf<CallOf<typeof WHY, 'get'>>

export type Phase = 'loading' | 'known' | 'unknown' | 'failed'

/** Why one vessel was heated, cooled or left alone at a time that is asked for. */
export class PastWhy {
  phase = $state<Phase>('loading')
  /** Another time has been asked for, and what is known is of the one before. */
  isAsking = $state(false)
  /** The time that the answer is of, which stays until the next one is here. */
  at = $state<number | null>(null)
  reason = $state.raw<Why | null>(null)
  /** Why nothing is known, in the server's words. */
  silence = $state('')
  /** When something was known before that, ISO. */
  before = $state<string | null>(null)
  failure = $state.raw<unknown>(null)
  readonly #vessel: string
  #turn = 0

  constructor(vessel: string) {
    this.#vessel = vessel
  }

  /** Asks for a time, epoch milliseconds; the newest question counts. */
  async ask(at: number): Promise<void> {
    const turn = ++this.#turn
    if (this.phase !== 'known') this.phase = 'loading'
    this.isAsking = true
    const answer = await this.#answer(at)
    if (turn !== this.#turn) return
    Object.assign(this, { at, isAsking: false, reason: null, silence: '', before: null, failure: null }, answer)
  }

  async #answer(at: number): Promise<Partial<PastWhy>> {
    try {
      return { phase: 'known', reason: await server.get(WHY, { path: { id: this.#vessel }, query: { at: String(Math.round(at)) } }) }
    } catch (failure) {
      if (!(failure instanceof Problem) || failure.status !== 404) return { phase: 'failed', failure }
      return { phase: 'unknown', silence: failure.detail, before: await this.#before(at) }
    }
  }

  /** When something was known last; without an answer there is only no way back. */
  async #before(at: number): Promise<string | null> {
    const query = { to: String(Math.round(at)), limit: 1 }
    const found = await server.get(LIST, { path: { id: this.#vessel }, query }).catch(() => null)
    return found?.items[0]?.at ?? null
  }
}
