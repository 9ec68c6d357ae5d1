import { toasts } from '../../state/toasts.svelte'

/** Keeps changes as they are made: each can be taken back, and what was refused stays told until the next one. */
export class Saving {
  failure = $state.raw<unknown>(null)
  isBusy = $state(false)

  /** Does something and tells what is so now; `act` gives what takes it back. */
  async run(told: string, act: () => Promise<() => Promise<void>>): Promise<void> {
    this.isBusy = true
    await this.#tried(async () => {
      const undo = await act()
      toasts.tell(told, () => this.#tried(undo))
    })
    this.isBusy = false
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    this.failure = null
    try {
      await act()
    } catch (failure) {
      this.failure = failure
    }
  }
}
