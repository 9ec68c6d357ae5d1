/** The made-up brewery's alarms and the rules that raise them. Not part of the product. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const iso = (ms) => (ms === null || ms === undefined ? null : new Date(ms).toISOString())
const BY = 'Anna Andersen'

const RULES = [
  ['agent_away', 'warning', { least_min: 10 }, 60, 60, 0],
  ['not_reached_in_time', 'warning', { hours_per_c: 2.5, least_h: 6, band_c: 1 }, 300, 600, 0.3],
  ['out_of_band', 'warning', { band_c: 1, settle_h: 6, critical_c: 3 }, 1800, 600, 0.3],
  ['silent_series', 'warning', { intervals: 4, least_min: 10, others_min: 120, given_up_h: 72 }, 60, 60, 0],
]

const EXAMPLES = [
  { rule: 'out_of_band', priority: 'critical', state: 'unacknowledged', vessel: 'freezer20', age: 4 * HOUR, title: 'North freezer is 3.2 °C below its setpoint', detail: 'It had reached it. Now the beer has 16.0 °C, and 19.2 °C is wanted.', do: 'See that the heater has power and runs, that the door is closed, and that the probe is in its place.' },
  { rule: 'silent_series', priority: 'warning', state: 'unacknowledged', vessel: 'freezer20', age: 5.5 * HOUR, title: 'North freezer: hydrometer silent for 5 h 32 min', detail: 'It reports at least every 15 min as a rule.', do: 'See that it floats freely, is within reach and has a charged battery.' },
  { rule: 'out_of_band', priority: 'warning', state: 'returned', vessel: 'freezer20', age: 6 * HOUR, over: 5 * HOUR, title: 'North freezer is 1.2 °C above its setpoint', detail: 'It had reached it. Now the beer has 20.4 °C, and 19.2 °C is wanted.', do: 'See that the cooler has power and runs.' },
  { rule: 'not_reached_in_time', priority: 'warning', state: 'acknowledged', vessel: 'fridge20tape', age: 26 * HOUR, seen: 20 * HOUR, by: BY, reason: 'the hall is warm today', title: 'Cellar fridge has not reached 10.0 °C in 12 h', detail: 'It began at 18.4 °C. The beer has 11.6 °C now.', do: 'See that the cooler has power and runs.' },
  { rule: 'agent_away', priority: 'notice', state: 'shelved', vessel: null, age: 30 * HOUR, until: -9 * HOUR, by: BY, reason: 'it is being moved', title: 'Agent shed-pi away for 1 d 6 h', detail: 'Nothing new is known of it.', do: 'See that its computer has power and reaches this server.' },
  { rule: 'test', priority: 'notice', state: 'unacknowledged', vessel: null, age: 2 * MINUTE, test: true, title: 'Only a trial', detail: 'Somebody tries whether alarms come through.', do: '' },
]

export class Alarms {
  constructor({ world, publish, refuse, isEmpty }) {
    Object.assign(this, { world, publish, refuse })
    this.made = 0
    this.all = isEmpty ? [] : [...EXAMPLES.map((one) => this.#make(one)), ...Array.from({ length: 70 }, (_, i) => this.#past(i))]
  }

  routes() {
    return [
      ['GET', /^\/alarms$/, (_parts, query) => this.#list(query)],
      ['POST', /^\/alarms$/, (_parts, _query, body) => this.#trial(body)],
      ['GET', /^\/alarms\/([^/]+)$/, ([id]) => this.#one(id)],
      ['POST', /^\/alarms\/([^/]+)\/(acknowledge|shelve|unshelve)$/, ([id, deed], _query, body) => this.#did(this.#one(id), deed, body ?? {})],
      ['GET', /^\/rules$/, () => ({ items: RULES.map(([name, priority, settings, on_delay_s, off_delay_s, deadband]) => ({ name, kind: name, vessel: null, settings, priority, on_delay_s, off_delay_s, deadband, enabled: true })), next: null })],
    ]
  }

  #make({ age, over, seen, until, ...rest }) {
    const at = (ago) => iso(ago === undefined ? null : this.world.now - ago)
    this.made += 1
    return { id: `a${this.made}`, device: null, by: '', reason: '', test: false, since: at(age), at: at(age), acknowledged_at: at(seen), cleared_at: at(over), shelved_until: at(until), revision: 1, ...rest }
  }

  #past(i) {
    const example = EXAMPLES[i % 4]
    return this.#make({ ...example, state: 'normal', by: BY, age: (40 + i * 7) * HOUR, over: (38 + i * 7) * HOUR, seen: (39 + i * 7) * HOUR, until: undefined })
  }

  #list(query) {
    const isPast = query.has('past')
    const fitting = this.all.filter((one) => (one.state === 'normal') === isPast && (!query.has('vessel') || one.vessel === query.get('vessel')))
    const limit = Number(query.get('limit') ?? 100)
    const from = Number(query.get('cursor') ?? 0)
    return { items: fitting.slice(from, from + limit), next: from + limit < fitting.length ? String(from + limit) : null }
  }

  #one(id) {
    const found = this.all.find((one) => one.id === id)
    if (!found) throw this.refuse(404, `There is no alarm ${id}.`)
    return found
  }

  #trial(body) {
    const made = this.#make({ rule: 'test', state: 'unacknowledged', vessel: null, age: 0, test: true, priority: 'notice', detail: '', do: '', ...body })
    this.all.unshift(made)
    this.#say('raised', made)
    return made
  }

  #did(alarm, deed, { reason = '', minutes = 0 }) {
    const isFree = { acknowledge: ['unacknowledged', 'returned'], shelve: ['unacknowledged', 'acknowledged', 'returned', 'shelved'], unshelve: ['shelved'] }[deed]
    if (!isFree.includes(alarm.state)) throw this.refuse(409, `This alarm is ${alarm.state} already.`)
    const now = iso(this.world.now)
    Object.assign(alarm, { by: BY, reason, at: now, revision: alarm.revision + 1 })
    if (deed === 'acknowledge') Object.assign(alarm, { acknowledged_at: now, state: alarm.test || alarm.state === 'returned' ? 'normal' : 'acknowledged' })
    if (deed === 'shelve') Object.assign(alarm, { state: 'shelved', shelved_until: iso(this.world.now + minutes * MINUTE) })
    if (deed === 'unshelve') Object.assign(alarm, { state: 'unacknowledged', shelved_until: null, acknowledged_at: null })
    if (alarm.state === 'normal') alarm.cleared_at ??= now
    this.#say({ acknowledge: 'acknowledged', shelve: 'shelved', unshelve: 'unshelved' }[deed], alarm)
    return alarm
  }

  #say(event, alarm) {
    this.publish('alarms', { event, alarm })
  }
}
