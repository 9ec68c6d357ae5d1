import {
  addMember,
  changeMember,
  type Member,
  type MemberPatch,
  members,
  type MemberWish,
  makeToken,
  removeMember,
  revokeToken,
  type Token,
  tokens,
  type TokenWish,
} from '@krausen/client'
import { changes } from './changes'
import { server } from './server'
import { session } from './session.svelte'

/** A list that the server keeps, read anew whenever it tells of a change. */
class Kept<Thing> {
  items = $state.raw<readonly Thing[] | null>(null)
  failure = $state.raw<unknown>(null)
  readonly #kind: string
  readonly #read: () => Promise<Thing[]>

  constructor(kind: string, read: () => Promise<Thing[]>) {
    this.#kind = kind
    this.#read = read
  }

  async load(): Promise<void> {
    try {
      this.items = await this.#read()
      this.failure = null
    } catch (failure) {
      this.failure = failure
    }
  }

  /** Reads it, and follows it from here on; gives the act that ends it. */
  run(): () => void {
    void this.load()
    return changes.listen(({ what }) => (what === this.#kind ? void this.load() : undefined))
  }
}

/** Everybody who may sign in. Its acts throw the server's refusal. */
class Roll extends Kept<Member> {
  constructor() {
    super('user', () => members(server))
  }

  async add(wish: MemberWish): Promise<void> {
    await addMember(server, wish)
    await this.load()
  }

  /** Changes a person as they were seen; 409 when somebody else was first. */
  async change(seen: Member, patch: MemberPatch): Promise<void> {
    const change = async () => void (await changeMember(server, seen.id, patch, seen.revision))
    if (seen.id !== session.user?.id) await change()
    else await session.renewed(() => change().then(() => this.#stay(patch.login ?? seen.login, patch.password)))
    await this.load()
  }

  async remove(person: Member, reason: string): Promise<void> {
    await removeMember(server, person.id, reason)
    if (person.id === session.user?.id) await session.check()
    else await this.load()
  }

  /** Another password ends every session of its owner; this one begins anew. */
  async #stay(login: string, password: string | null | undefined): Promise<void> {
    if (password) await session.signIn({ login, password })
  }
}

/** Every program that may come in. Its acts throw the server's refusal. */
class Passes extends Kept<Token> {
  constructor() {
    super('token', () => tokens(server))
  }

  /** Gives the token's text, which nobody can find out later. */
  async make(wish: TokenWish): Promise<string> {
    const { token } = await makeToken(server, wish)
    await this.load()
    return token
  }

  async revoke(token: Token, reason: string): Promise<void> {
    await revokeToken(server, token.id, reason)
    await this.load()
  }
}

export const roll = new Roll()
export const passes = new Passes()
