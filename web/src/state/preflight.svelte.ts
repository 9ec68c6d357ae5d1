import { type AnswerOf, type CallOf, server } from './server'
import { Watched } from './watched.svelte'

const CALL = '/vessels/{id}/preflight'

export type PreflightState = 'none' | 'waiting' | 'running' | 'done' | 'failed' | 'stopped'
export type FindingLevel = 'good' | 'warning' | 'fault'

export interface Finding {
  level: FindingLevel
  text: string
}

/** The newest trial of a vessel's hardware; in state `none` there was none. */
export type PreflightReport = Omit<AnswerOf<CallOf<typeof CALL, 'get'>>, 'state' | 'findings'> & { state: PreflightState; findings: Finding[] }

export const isUnderWay = ({ state }: Pick<PreflightReport, 'state'>): boolean => state === 'waiting' || state === 'running'

/** The trial of one vessel's hardware. Its acts throw the server's refusal. */
export class Preflight extends Watched<PreflightReport> {
  readonly #path: { id: string }

  constructor(id: string) {
    super(() => server.get(CALL, { path: { id } }) as Promise<PreflightReport>, isUnderWay)
    this.#path = { id }
  }

  async start(): Promise<void> {
    await server.post(CALL, { path: this.#path })
    await this.load()
  }

  async stop(): Promise<void> {
    await server.delete(CALL, { path: this.#path })
    await this.load()
  }
}
