/** What a browser has and jsdom lacks, as far as components use it. Tests without a document need none of it. */
import { afterEach } from 'vitest'

if (typeof document !== 'undefined') await furnish()

async function furnish(): Promise<void> {
  const { cleanup } = await import('@testing-library/svelte')
  afterEach(() => cleanup())

  // jsdom lays nothing out, so no size ever changes, and no query of the screen ever does.
  globalThis.ResizeObserver ??= class {
    observe = () => undefined
    unobserve = () => undefined
    disconnect = () => undefined
  }
  globalThis.matchMedia ??= (query: string) =>
    Object.assign(new EventTarget(), { matches: false, media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined })

  if (!('showModal' in HTMLDialogElement.prototype)) {
    Object.assign(HTMLDialogElement.prototype, {
      showModal(this: HTMLDialogElement) {
        this.open = true
      },
      close(this: HTMLDialogElement) {
        this.open = false
      },
    })
  }
}
