import { SvelteMap } from 'svelte/reactivity'
import { changes } from './changes'
import { site } from './site.svelte'

/** Who removed something, and when, epoch milliseconds; `by` is empty where nobody says. */
export interface Removal {
  by: string
  at: number
}

/** What was removed while this page was open, so that whoever looks at it is told. */
class Removed {
  readonly #heard = new SvelteMap<string, Removal>()

  /** Listens from here on; gives the act that ends it. */
  run(): () => void {
    const deaf = changes.listen(({ what, id, action, by }) => {
      if (action === 'deleted') this.#heard.set(keyOf(what, id), { by: by ?? '', at: site.clock.now() })
      // It is there again: taken out of the bin, or made anew under the same name.
      else this.#heard.delete(keyOf(what, id))
    })
    return () => {
      deaf()
      this.#heard.clear()
    }
  }

  /** How a thing went, as the channel `changes` calls it; undefined while it was not heard to go. */
  of(what: string, id: string): Removal | undefined {
    return this.#heard.get(keyOf(what, id))
  }
}

const keyOf = (what: string, id: string): string => `${what}/${id}`

export const removed = new Removed()
