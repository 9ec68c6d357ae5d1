import { isNew, setUp } from '@krausen/client'
import { Problem, server } from './server'

/** The first admin, while there is none. */
class FirstRun {
  /** The code that the server printed, from the address that was opened. */
  code = $state<string | null>(null)
  needed = $state(false)
  /** True from the wish to be the first admin until one is in. */
  isUnderWay = $state(false)

  /** Asks whether the first admin is still to be made. Throws only when the server does not answer. */
  async ask(): Promise<boolean> {
    try {
      this.needed = await isNew(server)
    } catch (failure) {
      // A server that cannot tell now says so at the next call; nobody is asked to set it up meanwhile.
      if (!(failure instanceof Problem)) throw failure
      this.needed = false
    }
    return this.needed
  }

  /** Makes the first admin. Throws the server's refusal. */
  async admit(person: { login: string; name: string; password: string }): Promise<void> {
    await setUp(server, this.code === null ? person : { ...person, code: this.code.trim() })
    this.needed = false
    this.code = null
  }
}

export const firstRun = new FirstRun()
