import { words } from '../text'
import type { AgentState } from './server'

const PAUSE_MS = 5000

/** What a screen reader is told of changes that nobody asked for: at most one message in five seconds per thing. */
class Announcer {
  message = $state('')
  readonly #spoken = new Map<string, number>()

  say(about: string, message: string): void {
    const now = performance.now()
    if (now - (this.#spoken.get(about) ?? -Infinity) < PAUSE_MS) return
    this.#spoken.set(about, now)
    this.message = message
  }

  agent(name: string, state: AgentState): void {
    this.say(name, state === 'offline' ? words.agents.away(name) : words.agents.here(name))
  }
}

export const announcer = new Announcer()
