/** Who may come in, and with what: first set-up, people, tokens, and the journal of who changed what. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'
import type { Page, Role } from './schema.js'

type Schemas = components['schemas']

/** A person who can sign in, as admins see them. */
export type Member = Omit<Schemas['UserBody'], 'role'> & { role: Role }
export type MemberWish = Omit<Schemas['UserWish'], 'role'> & { role: Role }
export type MemberPatch = Omit<Schemas['UserPatch'], 'role'> & { role?: Role }

/** What a program may do: what people may, or only what an agent or a sender of readings needs. */
export type TokenRole = Schemas['UserRole']
export type Token = Omit<Schemas['TokenBody'], 'role'> & { role: TokenRole }
export type TokenWish = Schemas['TokenWish']
/** A token with its text, which is told this once. */
export type NewToken = Omit<Schemas['NewToken'], 'role'> & { role: TokenRole }

export type FirstAdmin = Schemas['FirstAdmin']
export type JournalEntry = Schemas['EntryBody']

const why = (reason: string) => (reason ? { query: { reason } } : {})

/** Whether the first admin is still to be made. Open to all. */
export async function isNew(server: Krausen): Promise<boolean> {
  return (await server.call<Schemas['SetupState']>('GET', '/setup')).needed
}

export function setUp(server: Krausen, admin: FirstAdmin): Promise<Member> {
  return server.call('POST', '/setup', { body: admin })
}

export function members(server: Krausen): Promise<Member[]> {
  return server.collection('/users')
}

export function addMember(server: Krausen, wish: MemberWish): Promise<Member> {
  return server.call('POST', '/users', { body: wish })
}

export function changeMember(server: Krausen, id: string, patch: MemberPatch, seen?: number): Promise<Member> {
  return server.call('PATCH', `/users/${encodeURIComponent(id)}`, { body: patch, seen })
}

export function removeMember(server: Krausen, id: string, reason = ''): Promise<void> {
  return server.call('DELETE', `/users/${encodeURIComponent(id)}`, why(reason))
}

export function tokens(server: Krausen): Promise<Token[]> {
  return server.collection('/tokens')
}

export function makeToken(server: Krausen, wish: TokenWish): Promise<NewToken> {
  return server.call('POST', '/tokens', { body: wish })
}

export function revokeToken(server: Krausen, id: string, reason = ''): Promise<void> {
  return server.call('DELETE', `/tokens/${encodeURIComponent(id)}`, why(reason))
}

/** Changes one's own password; every other browser of the same person is signed out. 422 at `/old` and `/password`. */
export function changePassword(server: Krausen, old: string, password: string): Promise<void> {
  return server.call('PUT', '/me/password', { body: { old, password } })
}

/** Which changes are asked for: by any of these, of this kind and thing, from then on until just before then. */
export interface JournalChoice {
  by?: string[] | undefined
  what?: string | undefined
  id?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** What was changed, newest first; `next` of one part is the `cursor` of the one before it in time. */
export function journal(server: Krausen, part: JournalChoice & { limit: number; cursor?: string | undefined }): Promise<Page<JournalEntry>> {
  return server.call('GET', '/journal', { query: { ...part } })
}
