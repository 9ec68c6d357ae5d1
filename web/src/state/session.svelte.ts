import { isSignedOut, type Proof, type Role, server, type User } from './server'

const RANKS: Record<Role | 'guest', number> = { guest: 0, viewer: 1, brewer: 2, admin: 3 }

/** Who is at this page. `undefined` until the server has said so, `null` for nobody. */
class Session {
  user = $state.raw<User | null | undefined>(undefined)

  /** Asks the server who one is. Throws only when it does not answer. */
  async check(): Promise<void> {
    try {
      this.user = await server.me()
    } catch (failure) {
      if (!isSignedOut(failure)) throw failure
      this.user = null
    }
  }

  /** Throws the server's refusal. */
  async signIn(proof: Proof): Promise<void> {
    this.user = await server.signIn(proof)
  }

  async signOut(): Promise<void> {
    await server.signOut()
    this.user = null
  }

  /** True when this person may do what needs `role`. */
  may(role: Role | 'guest'): boolean {
    return RANKS[this.user?.role ?? 'guest'] >= RANKS[role]
  }
}

export const session = new Session()
