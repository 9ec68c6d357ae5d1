/** An act that the server may refuse: what it refused stays told until the next try. */
export class Attempt {
  failure = $state.raw<unknown>(null)
  isBusy = $state(false)

  /** Tries it, and gives whether it was done. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    this.isBusy = true
    this.failure = null
    try {
      await act()
      return true
    } catch (refusal) {
      this.failure = refusal
      return false
    } finally {
      this.isBusy = false
    }
  }
}
