import { agentNews } from './changes'
import { Listing } from './listing.svelte'
import { type Agent, type AgentNews, type Process, server } from './server'

const EVERY_MS = 5000

/** The agents, their links as they are told live. */
class Agents extends Listing<Agent> {
  constructor() {
    super(() => server.agents(), ['agent', 'device', 'vessel'])
  }

  override follow(): () => void {
    const ends = [super.follow(), agentNews.listen((news) => this.#hear(news)), every(() => void this.load())]
    return () => ends.forEach((end) => end())
  }

  of(name: string): Agent | undefined {
    return this.items.find((one) => one.agent === name)
  }

  /** One that nobody has heard of yet brings the others along. */
  #hear({ agent, state, queue, given_up }: AgentNews): void {
    if (!this.of(agent)) return void this.load()
    this.items = this.items.map((one) => (one.agent === agent ? { ...one, state, queue, given_up: given_up ?? one.given_up } : one))
  }
}

/** The processes of the server's machine. */
class Processes extends Listing<Process> {
  managed = $state(true)

  constructor() {
    super(async () => {
      const { items, managed } = await server.processes()
      this.managed = managed
      return items
    }, [])
  }

  override follow(): () => void {
    return every(() => void this.load())
  }
}

/** Again and again, but not while nobody looks. */
function every(act: () => void): () => void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') act()
  }, EVERY_MS)
  return () => clearInterval(timer)
}

export const agents = new Agents()
export const processes = new Processes()
