import { changePassword } from '@krausen/client'
import { changes } from './changes'
import { isSignedOut, type Proof, type Role, server, signedOut, type User } from './server'

const RANKS: Record<Role | 'guest', number> = { guest: 0, viewer: 1, brewer: 2, admin: 3 }

/** Who is at this page. `undefined` until the server has said so, `null` for nobody. */
class Session {
  user = $state.raw<User | null | undefined>(undefined)
  /** True when the server ended it, and nobody here did. */
  wasEnded = $state(false)

  #isRenewing = false

  constructor() {
    signedOut.add(() => this.#end())
  }

  /** Follows whether one may still be here; gives the act that ends it. */
  run(): () => void {
    const look = () => {
      if (document.visibilityState === 'visible') this.check().catch(() => undefined)
    }
    const deaf = changes.listen(({ what, id }) => (what === 'user' && id === this.user?.id ? look() : undefined))
    document.addEventListener('visibilitychange', look)
    return () => {
      deaf()
      document.removeEventListener('visibilitychange', look)
    }
  }

  /** Asks the server who one is. Throws only when it does not answer. */
  async check(): Promise<void> {
    try {
      this.user = await server.me()
    } catch (failure) {
      if (!isSignedOut(failure)) throw failure
      this.#end()
    }
  }

  /** Throws the server's refusal. */
  async signIn(proof: Proof): Promise<void> {
    this.user = await server.signIn(proof)
    this.wasEnded = false
  }

  async signOut(): Promise<void> {
    await server.signOut()
    this.user = null
  }

  /** Changes one's own password; only this session stays. Throws the server's refusal. */
  changePassword(old: string, password: string): Promise<void> {
    return changePassword(server, old, password)
  }

  /** Does what ends this session on its way and begins it anew; nobody is sent to the door meanwhile. */
  async renewed(act: () => Promise<void>): Promise<void> {
    this.#isRenewing = true
    try {
      await act()
    } finally {
      this.#isRenewing = false
    }
    await this.check()
  }

  #end(): void {
    if (this.#isRenewing) return
    this.wasEnded ||= Boolean(this.user)
    this.user = null
  }

  /** True when this person may do what needs `role`. */
  may(role: Role | 'guest'): boolean {
    return RANKS[this.user?.role ?? 'guest'] >= RANKS[role]
  }
}

export const session = new Session()
