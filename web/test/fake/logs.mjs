/** What the made-up brewery's processes say. Not part of the product. */

const DAY_MS = 86_400_000
const COUNT = 1400
const LEVELS = ['debug', 'info', 'warning', 'error']
const SAID = [
  ['server', 'info', 'Stored 48 readings in 3 ms', { readings: 48, took_ms: 3 }],
  ['cellar-pi', 'info', 'Heater of north freezer on: beer is 0.3 °C below its setpoint', { output: 'heater', demand: 0.28 }],
  ['controller/brewpi-1', 'debug', 'N:{"BeerTemp":19.2,"BeerSet":19.2,"FridgeTemp":20.1}', {}],
  ['door/ispindel', 'info', 'spin1 reported temperature, gravity and battery', { address: '192.168.1.20', readings: 3 }],
  ['server', 'warning', 'A listener fell behind and gets the newest values only', { address: '192.168.1.44', waiting_bytes: 262144 }],
  ['spawner', 'info', 'Agent cellar-pi has been running for an hour', { pid: 4411 }],
  ['cellar-pi', 'error', 'Probe 28-0316a2794bff did not answer three times: check its wire', { device: '28-0316a2794bff', tries: 3 }],
  ['controller/brewpi-1', 'info', 'Waiting to cool: the compressor rests for 180 s', { remaining_s: 180 }],
]

export class Logs {
  constructor({ world, publish, refuse, isEmpty }) {
    Object.assign(this, { world, publish, refuse })
    this.levels = new Map()
    this.lines = isEmpty ? [] : Array.from({ length: COUNT }, (_, i) => this.#line(COUNT - i, world.now - ((COUNT - i) * 2 * DAY_MS) / COUNT))
    this.counted = COUNT
  }

  routes() {
    return [
      ['GET', /^\/logs$/, (_parts, query) => this.#found(query)],
      ['GET', /^\/logs\/sources$/, () => ({ items: this.#sources(), next: null })],
      ['PUT', /^\/logs\/sources\/(.+)$/, ([source], _query, { level }) => this.#choose(source, level)],
    ]
  }

  /** Says one more thing. */
  say(now) {
    if (!this.lines.length) return
    this.counted += 1
    const line = this.#line(this.counted, now)
    this.lines.push(line)
    this.publish('logs', line)
  }

  #line(n, at) {
    const [source, level, text, fields] = SAID[(n * 7) % 11 % SAID.length]
    return { id: `l${n}`, time: new Date(at).toISOString(), level, source, text, fields }
  }

  #found(query) {
    const sources = query.getAll('source')
    const least = LEVELS.indexOf(query.get('level') ?? 'debug')
    const q = (query.get('q') ?? '').toLowerCase()
    const limit = Number(query.get('limit') ?? 100)
    const fitting = this.lines.filter((one) => (!sources.length || sources.includes(one.source)) && LEVELS.indexOf(one.level) >= least && one.text.toLowerCase().includes(q)).reverse()
    const from = query.has('before') ? fitting.findIndex(({ id }) => id === query.get('before')) + 1 : 0
    const items = fitting.slice(from, from + limit)
    return { items, next: from + limit < fitting.length ? items.at(-1).id : null }
  }

  #sources() {
    const names = [...new Set(this.lines.map(({ source }) => source))].sort()
    return names.map((source) => ({ source, level: this.levels.get(source) ?? 'info', lines: this.lines.filter((one) => one.source === source).length }))
  }

  #choose(source, level) {
    if (!LEVELS.includes(level)) throw this.refuse(422, `There is no level ${level}.`, '/level')
    this.levels.set(source, level)
    return { source, level, lines: 0 }
  }
}
