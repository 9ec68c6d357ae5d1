import { keepSetting, pictureAt, removeSetting, settings as listed } from '@krausen/client'
import { untrack } from 'svelte'
import { changes } from './changes'
import { link } from './live.svelte'
import { server } from './server'

/** The settings that the server keeps, by key, as everybody who is signed in may read them. */
class Settings {
  values = $state.raw<ReadonlyMap<string, unknown>>(new Map())
  isKnown = $state(false)
  failure = $state.raw<unknown>(null)

  /** Follows what others change; gives the act that ends it. */
  run(): () => void {
    const deaf = changes.listen(({ what }) => (what === 'setting' ? void this.load() : undefined))
    // What is read before one listens, or was missed meanwhile, may be old.
    const still = $effect.root(() => {
      $effect(() => {
        if (link.isUp && link.gaps >= 0) untrack(() => void this.load())
      })
    })
    return () => {
      deaf()
      still()
      this.isKnown = false
    }
  }

  async load(): Promise<void> {
    try {
      this.values = new Map((await listed(server)).map(({ key, value }) => [key, value]))
      this.failure = null
      this.isKnown = true
    } catch (failure) {
      this.failure = failure
    }
  }

  /** The value of a setting where it is text. */
  text(key: string): string | null {
    const value = this.values.get(key)
    return typeof value === 'string' ? value : null
  }

  /** Keeps a value, or with `undefined` removes it; gives what takes this back. Throws the server's refusal. */
  async keep(key: string, value: unknown): Promise<() => Promise<void>> {
    const before = this.values.get(key)
    if (value === undefined) await this.#remove(key)
    else await keepSetting(server, key, value)
    const others = [...this.values].filter(([one]) => one !== key)
    this.values = new Map(value === undefined ? others : [...others, [key, value]])
    return async () => void (await this.keep(key, before))
  }

  /** The picture at an address as a `data:` address, fetched by the server. Throws its refusal. */
  picture(address: string): Promise<string> {
    return pictureAt(server, address)
  }

  async #remove(key: string): Promise<void> {
    if (this.values.has(key)) await removeSetting(server, key)
  }
}

export const settings = new Settings()
