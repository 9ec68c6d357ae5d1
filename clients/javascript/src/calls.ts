/** The types of any call, by its path and method as the server describes them; nothing of this is there at run time. */
import type { components } from './openapi.js'

/** By path below /api/v1 and method: what a call takes (`path`, `query`, `body`, `seen`), and its `answer`. */
export type Calls = components['schemas']['Calls']

export type Methods = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Paths that know a method. */
export type PathOf<Method extends Methods> = { [Path in keyof Calls]: Method extends keyof Calls[Path] ? Path : never }[keyof Calls]

/** Paths of collections. */
export type CollectionPath = { [Path in PathOf<'get'>]: Calls[Path]['get'] extends { answer: Part } ? Path : never }[PathOf<'get'>]

/** All calls of a method. */
export type Verb<Method extends Methods> = <Path extends PathOf<Method>>(
  path: Path,
  ...told: Told<CallOf<Path, Method>>
) => Promise<AnswerOf<CallOf<Path, Method>>>

export type CallOf<Path extends keyof Calls, Method extends Methods> = Method extends keyof Calls[Path] ? Calls[Path][Method] : never

/** What is told a call beside its path; left out where nothing has to be. */
export type Told<Call, Left extends string = never> =
  Record<never, never> extends Wanted<Call, Left> ? [wanted?: Wanted<Call, Left>] : [wanted: Wanted<Call, Left>]

export type AnswerOf<Call> = Call extends { answer: infer Said } ? Said : never

/** One thing of a collection. */
export type ItemOf<Call> = Call extends { answer: { items: (infer One)[] } } ? One : never

/** With `signal` a call can be called off. */
type Wanted<Call, Left extends string> = Omit<Call, 'answer' | Left> & { signal?: AbortSignal }

interface Part {
  items: unknown[]
  next?: string | null
}
