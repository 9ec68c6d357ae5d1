import { words } from '../text'
import { type Alarm, type AlarmNews, server } from './server'
import { calls, ordered, taken } from './standing'

/** The alarms that stand, kept as they are at the server. Its acts throw the server's refusal. */
class Alarms {
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  failure = $state.raw<unknown>(null)
  standing = $state.raw<readonly Alarm[]>([])
  /** The newest that is over, as far as that was heard of. */
  ended = $state.raw<Alarm | null>(null)
  /** What is called out at once: the newest critical alarm. */
  called = $state('')
  /** How many critical alarms were called out. */
  calls = $state(0)
  /** Those that nobody has seen yet, the worst first. */
  readonly unseen = $derived(ordered(this.standing.filter((one) => one.state === 'unacknowledged')))
  /** Those among them that are about something. */
  readonly real = $derived(this.unseen.filter((one) => !one.test))
  /** What was heard while the answer was on its way. */
  #meanwhile: Alarm[] | null = null
  #asked = 0

  /** Reads them anew; what is known stays until the answer is here, and when none comes. */
  async load(): Promise<void> {
    this.#asked += 1
    const mine = this.#asked
    const meanwhile: Alarm[] = []
    this.#meanwhile = meanwhile
    try {
      const read = await server.all('/alarms')
      if (mine === this.#asked) this.#adopt(meanwhile.reduce<readonly Alarm[]>(taken, read))
    } catch (failure) {
      if (mine !== this.#asked) return
      this.failure = failure
      if (this.phase === 'loading') this.phase = 'failed'
    } finally {
      if (mine === this.#asked) this.#meanwhile = null
    }
  }

  retry(): Promise<void> {
    this.phase = 'loading'
    return this.load()
  }

  /** Takes over what the server says of one. */
  hear({ alarm }: AlarmNews): void {
    this.#meanwhile?.push(alarm)
    const known = this.of(alarm.id)
    const now = taken(this.standing, alarm)
    if (alarm.state === 'normal' && !(known && known.revision > alarm.revision)) this.ended = alarm
    if (now === this.standing) return
    this.standing = now
    if (calls(alarm, known)) this.#call(alarm)
  }

  of(id: string): Alarm | undefined {
    return this.standing.find((one) => one.id === id)
  }

  /** The worst that lasts at a vessel and is no test. */
  at(vessel: string): Alarm | undefined {
    const lasting = this.standing.filter((one) => one.vessel === vessel && !one.test)
    const [unseen, seen] = (['unacknowledged', 'acknowledged'] as const).map((state) => ordered(lasting.filter((one) => one.state === state))[0])
    return unseen ?? seen
  }

  async acknowledge(id: string, reason = ''): Promise<void> {
    this.#did(await server.post('/alarms/{id}/acknowledge', { path: { id }, body: { reason } }))
  }

  async shelve(id: string, minutes: number, reason = ''): Promise<void> {
    this.#did(await server.post('/alarms/{id}/shelve', { path: { id }, body: { minutes, reason } }))
  }

  async unshelve(id: string, reason = ''): Promise<void> {
    this.#did(await server.post('/alarms/{id}/unshelve', { path: { id }, body: { reason } }))
  }

  /** One's own deed calls nobody. */
  #did(alarm: Alarm): void {
    this.#meanwhile?.push(alarm)
    if (alarm.state === 'normal') this.ended = alarm
    this.standing = taken(this.standing, alarm)
  }

  #adopt(read: readonly Alarm[]): void {
    const before = this.standing
    const fresh = this.phase === 'ready' ? read.filter((one) => calls(one, before.find(({ id }) => id === one.id))) : []
    this.standing = read
    this.phase = 'ready'
    this.failure = null
    const [worst] = ordered(fresh)
    if (worst) this.#call(worst)
  }

  #call({ title, test }: Alarm): void {
    this.called = words.alarms.called(title, test)
    this.calls += 1
  }
}

export const alarms = new Alarms()
