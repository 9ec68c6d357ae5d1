import type { AgentNews, ChangeMessage, ControllerDetail, PushTarget } from './server'

type Listener<Message> = (message: Message) => void

/** Hands on what the server announces to whoever shows it. */
class Announcements<Message> {
  readonly #listeners = new Set<Listener<Message>>()

  /** Gives the act that ends the listening. */
  listen(listener: Listener<Message>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pass(message: Message): void {
    for (const listener of this.#listeners) listener(message)
  }
}

/** Somebody added, changed or removed something. */
export const changes = new Announcements<ChangeMessage>()

/** An agent came, went, or owes more or less than before. */
export const agentNews = new Announcements<AgentNews>()

/** A controller is in another state, or tells other facts of itself. */
export const controllerNews = new Announcements<ControllerDetail>()

/** Something was delivered to a push target, or it stands in another way. */
export const targetNews = new Announcements<PushTarget>()
