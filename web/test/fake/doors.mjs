/**
 * The made-up brewery's doors: one that is knocked at, one that is stuck, one with a login, and one that is closed. Not
 * part of the product.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', '::1/128', 'fc00::/7', 'fe80::/10']
const SCHEMAS = {
  ispindel: {
    tcp_port: { title: 'TCP port', type: 'integer', minimum: 1, maximum: 65535, default: 9501 },
    gravity_unit: { title: 'Unit of the gravity', enum: ['auto', 'SG', 'Plato'], default: 'auto' },
  },
  http: { messages: { title: 'Messages', type: 'array', items: { type: 'object' }, default: [] } },
}

export class Doors {
  constructor({ world, publish, refuse, isEmpty }) {
    Object.assign(this, { world, publish, refuse })
    this.doors = isEmpty ? [] : [this.#http(), this.#influx(), this.#ispindel(), this.#maelstrom(), this.#pylot()]
  }

  routes() {
    return [
      ['GET', /^\/doors$/, () => ({ items: this.doors, next: null })],
      ['GET', /^\/doors\/([^/]+)$/, ([name]) => this.#of(name)],
      ['PATCH', /^\/doors\/([^/]+)$/, ([name], _query, body, _origin, seen) => this.#change(name, body, seen)],
    ]
  }

  #of(name) {
    return this.doors.find((one) => one.name === name) ?? this.#missing(name)
  }

  #missing(name) {
    throw this.refuse(404, `There is no door ${name}.`)
  }

  #change(name, { settings = {}, port, ...rest }, seen) {
    const door = this.#of(name)
    if (seen !== null && seen !== door.revision) throw this.refuse(409, `${door.title} was changed meanwhile.`, null, door)
    if (port === 80) throw this.refuse(422, 'Port 80 cannot be had: choose one from 1024 on.', '/port')
    delete rest.reason
    const kept = Object.entries({ ...door.settings, ...settings }).filter(([, value]) => value !== null)
    Object.assign(door, rest, port === undefined ? {} : { port, problem: null }, { settings: Object.fromEntries(kept), revision: door.revision + 1 })
    if (door.tcp_port !== null) door.tcp_port = door.settings.tcp_port ?? SCHEMAS.ispindel.tcp_port.default
    this.publish('changes', { what: 'door', id: name, action: 'updated', by: 'Anna Andersen' })
    return door
  }

  #made(name, facts) {
    const schema = { $ref: '#/$defs/Settings', $defs: { Settings: { title: 'Settings', type: 'object', properties: SCHEMAS[name] ?? {}, required: [] } } }
    return {
      name,
      enabled: false,
      port: null,
      allow: PRIVATE,
      may_switch: false,
      settings: {},
      schema,
      proof: 'network',
      methods: ['POST'],
      sockets: [],
      apart: false,
      tcp_port: null,
      problem: null,
      knocks: 0,
      refusals: 0,
      recent_knocks: [],
      recent_refusals: [],
      revision: 1,
      ...facts,
    }
  }

  #at(ago) {
    return new Date(this.world.now - ago).toISOString()
  }

  #http() {
    return this.#made('http', {
      title: 'Any JSON by HTTP',
      description: 'Any JSON by HTTP, at paths of your own: for what sends numbers\nand can be told an address.\n\nA value is a number, a text that is one, or true and false for 1 and 0.',
      methods: ['GET', 'POST'],
      paths: [],
    })
  }

  #influx() {
    return this.#made('influx', {
      title: 'InfluxDB line protocol',
      description: 'What Telegraf and many others write to InfluxDB.\n\nNumbers become readings, texts are left out.',
      enabled: true,
      proof: 'login',
      allow: [],
      port: 8086,
      paths: ['/write', '/api/v2/write'],
      problem: 'Port 8086 is taken by another program of this machine. End that one, or choose another port.',
    })
  }

  #ispindel() {
    const names = ['spin1', 'spin-with-a-very-long-name-that-somebody-once-gave-it', '']
    return this.#made('ispindel', {
      title: 'iSpindel and GravityMon',
      description: 'What the floating hydrometers iSpindel and GravityMon report,\nby HTTP or TCP.\n\nA device is known by the name that it gives itself.',
      enabled: true,
      paths: ['/ispindel', '/ispindel/', '/iSpindel'],
      tcp_port: 9501,
      knocks: 1204,
      refusals: 7,
      recent_knocks: names.map((node, i) => ({ at: this.#at((i + 1) * 4 * MINUTE), address: i === 1 ? 'fd12:3456:789a:1::4711' : `192.168.1.${20 + i}`, node, readings: i ? 3 : 1 })),
      recent_refusals: [
        { at: this.#at(2 * HOUR), address: '192.168.1.31', reason: 'The report has neither temperature nor gravity.', times: 6 },
        { at: this.#at(30 * HOUR), address: '203.0.113.9', reason: 'This address is in none of the networks that may call.', times: 1 },
      ],
    })
  }

  #maelstrom() {
    return this.#made('maelstrom', {
      title: 'maelstrom',
      description: 'maelstrom’s page and its BrewPi bridge.\n\nIts REST calls and its WebSocket are answered on a port of its own.',
      methods: ['DELETE', 'GET', 'POST'],
      port: 8888,
      paths: ['/', '/app.html', '/appsettings', '/profiles', '/profile/{id}', '/iocontrollers', '/iocontroller/{id}', '/publish'],
      sockets: ['/socket'],
      apart: true,
      recent_knocks: [{ at: this.#at(HOUR), address: '192.168.1.40', node: '', readings: 0 }],
    })
  }

  #pylot() {
    return this.#made('pylot', {
      title: 'PYLOT client',
      description: 'PYLOT’s client for measurements, unchanged but for its address.',
      enabled: true,
      proof: 'login',
      allow: [],
      paths: ['/api/measurements'],
    })
  }
}
