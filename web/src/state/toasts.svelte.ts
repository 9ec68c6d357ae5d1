/** Something that was done and can be taken back. */
export interface Toast {
  id: number
  text: string
  undo: () => Promise<void> | void
}

const SHOWN_MS = 8000
const MOST = 3

/** What was done lately and can be undone; failures are never told here. */
class Toasts {
  shown = $state.raw<readonly Toast[]>([])
  #made = 0
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  /** Tells that something was done, for eight seconds. */
  tell(text: string, undo: Toast['undo']): void {
    this.#made += 1
    const id = this.#made
    this.shown.slice(0, Math.max(0, this.shown.length + 1 - MOST)).forEach((old) => this.dismiss(old.id))
    this.shown = [...this.shown, { id, text, undo }]
    this.release(id)
  }

  /** Keeps one while somebody looks at it. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id))
  }

  /** Lets the time of one begin anew. */
  release(id: number): void {
    this.hold(id)
    this.#timers.set(id, setTimeout(() => this.dismiss(id), SHOWN_MS))
  }

  dismiss(id: number): void {
    this.hold(id)
    this.#timers.delete(id)
    this.shown = this.shown.filter((toast) => toast.id !== id)
  }
}

export const toasts = new Toasts()
