import { changes } from './changes'
import { type AnswerOf, type CallOf, server } from './server'
import { Watched } from './watched.svelte'

const CALL = '/vessels/{id}/learned'

/** What was learned of a vessel's chamber; it is pending while its agent has not yet taken over what was asked for. */
export type Learned = AnswerOf<CallOf<typeof CALL, 'get'>>
export type Standing = Learned['standing']
/** A learned number with the limits between which it is in nine cases of ten. */
export type Doubted = Learned['quantities'][string]
/** The whole model, as a file has it. */
export type Model = CallOf<typeof CALL, 'put'>['body']

/** What was learned of the chamber of one vessel. Its acts throw the server's refusal. */
export class LearnedChamber extends Watched<Learned> {
  readonly exportAddress: string
  readonly #path: { id: string }

  constructor(id: string) {
    super(() => server.get(CALL, { path: { id } }), ({ pending }) => pending)
    this.#path = { id }
    this.exportAddress = `/api/v1/vessels/${encodeURIComponent(id)}/learned/export`
  }

  /** What its agent tells is announced; it is asked besides, for announcements can be missed. */
  override follow(): () => void {
    const deaf = changes.listen(({ what, id }) => (what === 'learned' && id === this.#path.id ? void this.load() : undefined))
    const still = super.follow()
    return () => {
      deaf()
      still()
    }
  }

  async forget(reason: string): Promise<void> {
    await server.delete(CALL, { path: this.#path, query: why(reason) })
    await this.load()
  }

  /** Takes over a model that was exported. */
  async take(model: Model, reason: string): Promise<void> {
    await server.put(CALL, { path: this.#path, query: why(reason), body: model })
    await this.load()
  }
}

function why(reason: string): { reason?: string } {
  return reason ? { reason } : {}
}
