/**
 * The made-up brewery's controllers, one in each state they can be in, and devices that were found. Not part of the
 * product.
 */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const WAKES_MS = 3000
const WRITES_MS = 900
const SLOTS = 20
const SCHEMA = {
  $ref: '#/$defs/Settings',
  $defs: {
    Settings: {
      title: 'Settings',
      type: 'object',
      properties: {
        port: { title: 'Port', description: 'tcp://HOST:PORT, a serial device such as /dev/ttyACM0, or script://FOLDER/BEERSOCKET', type: 'string', minLength: 1 },
        every_s: { title: 'How often it is read, seconds', type: 'number', minimum: 1, maximum: 60, default: 5 },
      },
      required: ['port'],
    },
  },
}
const OUTPUTS = ['pin', 'ds2413']
const CHOICES = [
  ['none', 'nothing', 'none', []],
  ['beer_temperature', 'beer temperature', 'probe', ['one_wire_probe'], true],
  ['fridge_temperature', 'chamber temperature', 'probe', ['one_wire_probe']],
  ['room_temperature', 'room temperature', 'probe', ['one_wire_probe']],
  ['heat', 'chamber heater', 'output', OUTPUTS],
  ['cool', 'chamber cooler', 'output', OUTPUTS],
  ['door', 'door switch', 'switch', OUTPUTS],
  ['light', 'chamber light', 'output', OUTPUTS],
  ['fan', 'chamber fan', 'output', OUTPUTS],
].map(([name, title, device_type, hardware, of_beer = false]) => ({ function: name, title, device_type, hardware, of_beer }))

const SETTINGS = [
  ['mode', 'Mode', 'What the firmware holds. Krausen chooses it with the setpoint.', 'b', '', null],
  ['beerSet', 'Beer setpoint', 'What the beer is held at. Krausen sets it.', 19.2, '°C', null],
  ['fridgeSet', 'Chamber setpoint', 'What the chamber is held at to bring the beer there.', 17.94, '°C', null],
  ['heatEst', 'Heating overshoot', 'How far the chamber goes on warming after the heater stops; the firmware learns it.', 0.199, '', 0.2, 0, 1000],
  ['coolEst', 'Cooling overshoot', 'How far the chamber goes on cooling after the cooler stops; the firmware learns it.', 6.31, '', 5, 0, 1000],
]
const CONSTANTS = [
  ['tempSetMin', 'Lowest setpoint', 'No setpoint below it is taken over.', 1, '°C', 1, -10, 40],
  ['tempSetMax', 'Highest setpoint', 'No setpoint above it is taken over.', 30, '°C', 30, -10, 100],
  ['pidMax', 'Greatest difference', 'How far the chamber setpoint may be from that of the beer.', 8, 'K', 10, 0, 60],
  ['Kp', 'Proportional gain', 'How far the chamber setpoint moves for each degree that the beer is off.', 5, '', 5, -64, 64],
  ['Ki', 'Integral gain', 'How strongly what stays wrong for long moves the chamber setpoint.', 0.25, '', 0.25, -64, 64],
  ['Kd', 'Derivative gain', 'How strongly a beer that already moves holds the chamber setpoint back.', -1.5, '', -1.5, -64, 64],
  ['idleRangeH', 'Idle range above', 'So far above its setpoint the chamber may be before it is cooled.', 1, 'K', 1, 0, 10],
  ['maxHeatTimeForEst', 'Longest heating for learning', 'Longer runs teach the firmware nothing about overshoot.', 600, 's', 600, 0, 65535],
  ['lah', 'Light as heater', 'The light heats, and no heater is needed.', false, 'on', false],
]
const VARIABLES = [
  ['beerDiff', 'Error of the beer', 'The setpoint less the beer, as the firmware filters it.', 0.112, 'K', null],
  ['beerSlope', 'Slope of the beer', 'How fast the beer moves, degrees an hour.', -0.031, 'K', null],
  ['estPeak', 'Expected peak', 'Where the chamber will come to rest after the last run.', null, '°C', null],
]

export class Controllers {
  constructor({ world, publish, refuse, isEmpty }) {
    Object.assign(this, { world, publish, refuse })
    this.all = isEmpty ? [] : [this.#corner(), this.#lost(), this.#strange(), this.#away(), this.#opening()]
    this.found = isEmpty ? [] : [this.#board(), this.#cable()]
    if (!isEmpty) this.#series('brewpi-corner')
    setInterval(() => this.#tick(), 1000).unref()
  }

  routes() {
    const page = (items) => ({ items, next: null })
    return [
      ['GET', /^\/controllers$/, () => page(this.all.map(summary))],
      ['POST', /^\/controllers$/, (_parts, _query, body) => this.#add(body)],
      ['GET', /^\/controllers\/drivers$/, () => page([{ name: 'brewpi', title: 'BrewPi', schema: SCHEMA }])],
      ['GET', /^\/controllers\/([^/]+)$/, ([name]) => detail(this.#of(name))],
      ['PATCH', /^\/controllers\/([^/]+)$/, ([name], _query, body) => this.#change(name, body)],
      ['DELETE', /^\/controllers\/([^/]+)$/, ([name]) => this.#remove(name)],
      ['GET', /^\/controllers\/([^/]+)\/devices$/, ([name]) => page(this.#of(name).devices)],
      ['PATCH', /^\/controllers\/([^/]+)\/devices\/([^/]+)$/, ([name, id], _query, body) => this.#assign(name, id, body)],
      ['POST', /^\/controllers\/([^/]+)\/scan$/, ([name]) => page(this.#here(name).devices)],
      ['PATCH', /^\/controllers\/([^/]+)\/parameters$/, ([name], _query, body) => this.#set(name, body)],
      ['POST', /^\/controllers\/([^/]+)\/reset$/, ([name], _query, body) => this.#said(name, `Reset: ${body.what}.`)],
      ['POST', /^\/controllers\/([^/]+)\/restart$/, ([name]) => this.#said(name, 'Restarted by request.')],
      ['GET', /^\/controllers\/([^/]+)\/log$/, ([name]) => page(this.#of(name).log)],
      ['POST', /^\/devices\/([^/]+)\/adopt$/, ([id], _query, body) => this.#adopt(id, body)],
      ['POST', /^\/devices\/([^/]+)\/ignore$/, ([id]) => this.#ignore(id)],
      ['DELETE', /^\/devices\/([^/]+)\/ignore$/, ([id]) => this.#heed(id)],
    ]
  }

  #of(name) {
    return this.all.find((one) => one.name === name) ?? this.#stop(404, `There is no controller ${name}.`)
  }

  #here(name) {
    const found = this.#of(name)
    return found.state === 'connected' ? found : this.#stop(503, `${name} does not answer now. Try again when it is back.`)
  }

  #stop(status, why, where) {
    throw this.refuse(status, why, where)
  }

  #add({ name, settings = {}, elsewhere }) {
    if (!NAME.test(name ?? '')) this.#stop(422, `A controller cannot be called ${name}.`, '/name')
    const port = settings.port ?? ''
    if (!/^(tcp:\/\/|\/|script:)/.test(port)) this.#stop(422, `'${port}' is no place of a controller. Write tcp://HOST:PORT or a serial device.`, '/settings/port')
    const taken = this.all.find((one) => one.settings.port === port)
    if (taken) this.#stop(409, `${port} is ${taken.name} already.`)
    if (this.all.some((one) => one.name === name)) this.#stop(409, `There is a controller ${name} already.`)
    const added = this.#made(name, { settings, state: 'opening', last_seen: null, firmware: '', board: '', title: '', display: [], devices: [], parameters: [], choices: [], slots: 0 })
    this.all.push(added)
    setTimeout(() => this.#wake(added), WAKES_MS)
    this.#changed(name, 'created')
    return { ...detail(added), ...started(name, elsewhere) }
  }

  #wake(added) {
    Object.assign(added, { ...this.#corner(), name: added.name, agent: added.name, settings: added.settings, vessel: null, chambers: [] })
    this.#series(added.name)
    this.#tell(added)
  }

  #change(name, { settings, chambers }) {
    const one = this.#of(name)
    if (settings) one.settings = Object.fromEntries(Object.entries({ ...one.settings, ...settings }).filter(([, value]) => value !== null))
    for (const [id, title] of Object.entries(chambers ?? {})) {
      const known = one.chambers.find((chamber) => chamber.id === id)
      if (known) known.name = title
      else one.chambers.push({ id, name: title, devices: [] })
    }
    one.revision += 1
    this.#changed(name, 'updated')
    return detail(one)
  }

  #remove(name) {
    const one = this.#of(name)
    if (one.vessel) this.#stop(409, `${name} holds a vessel. Give the vessel to another agent, or remove it first.`)
    this.all = this.all.filter((other) => other !== one)
    this.#changed(name, 'deleted')
    return null
  }

  async #assign(name, id, wanted) {
    const one = this.#here(name)
    const device = one.devices.find((other) => other.id === id) ?? this.#stop(404, `There is no device ${id}.`)
    await new Promise((resume) => setTimeout(resume, WRITES_MS))
    if (Math.abs(wanted.calibration ?? 0) > 7.9) this.#stop(422, 'A calibration is from −7.9 to 7.9 °C.', '/calibration')
    if ((wanted.beer ?? 1) > 1) this.#stop(422, 'This firmware has one beer.', '/beer')
    const next = { ...device, ...wanted }
    Object.assign(device, next.function === 'none' ? { function: 'none', slot: null, chamber: 0, beer: 0 } : { ...next, slot: next.slot ?? free(one.devices) })
    return device
  }

  async #set(name, values) {
    const one = this.#here(name)
    await new Promise((resume) => setTimeout(resume, WRITES_MS))
    for (const [key, value] of Object.entries(values)) {
      const known = one.parameters.find((other) => other.key === key)
      if (!known?.writable) this.#stop(422, `${key} is not to be set.`, `/${key}`)
      if (known.most !== null && value > known.most) this.#stop(422, `At most ${known.most}.`, `/${key}`)
      known.value = value
    }
    return { parameters: one.parameters }
  }

  #said(name, text) {
    const one = this.#here(name)
    one.log.unshift({ time: new Date(this.world.now).toISOString(), level: 'info', text })
    return null
  }

  #adopt(id, { name }) {
    const found = this.#found(id)
    const added = this.#add({ name, settings: found.settings })
    this.found = this.found.filter((other) => other !== found)
    return added
  }

  #ignore(id) {
    const found = this.#found(id)
    this.found = this.found.filter((other) => other !== found)
    this.ignored = [...(this.ignored ?? []), found]
    this.#changed(id, 'updated')
    return null
  }

  #heed(id) {
    this.found = [...this.found, ...(this.ignored ?? []).filter((one) => one.id === id)]
    return null
  }

  #found(id) {
    return this.found.find((one) => one.id === id) ?? this.#stop(404, `There is no device ${id}.`)
  }

  #tick() {
    for (const one of this.all.filter((other) => other.state === 'connected')) {
      const wave = Math.sin(Date.now() / 9000) * 0.2
      const [beer, chamber, room] = [19.1 + wave / 4, 17.6 + wave, 9.4 + wave / 8]
      for (const [id, value] of Object.entries({ 'ow-28ff3a1c44': beer, 'ow-280b19e1': chamber, 'ow-2877d09a': room, 'ow-28ee01c2': 22.1 + wave })) {
        const device = one.devices.find((other) => other.id === id)
        if (device) device.value = Math.round((value + device.calibration) * 1000) / 1000
      }
      const door = one.devices.find((other) => other.id === 'pin-13')
      if (door) door.value = Math.floor(Date.now() / 12_000) % 3 !== 0
      one.last_seen = new Date(this.world.now).toISOString()
      const left = 240 - (Math.floor(Date.now() / 1000) % 240)
      one.doing = { code: 5, text: 'Waits to cool', since: new Date(this.world.now - (300 - left) * 1000).toISOString(), remaining_s: left }
      one.display = [
        'Mode   Beer Const.  ',
        `Beer   ${beer.toFixed(1)}  19.2 °C`,
        `Fridge ${chamber.toFixed(1)}  17.9 °C`,
        `Wait to Cool  ${String(Math.floor(left / 60)).padStart(2, '0')}m${String(left % 60).padStart(2, '0')}`,
      ]
      for (const [metric, value] of Object.entries({ beer, chamber, room, beer_setpoint: 19.2, chamber_setpoint: 17.94 })) {
        const series = this.world.series.get(`${one.name}-${metric}`)
        series?.add(this.world.now, Math.round(value * 100) / 100)
        if (series) this.publish('data', { readings: [{ series: series.id, t: this.world.now, v: value }] })
      }
      this.#tell(one)
    }
  }

  #tell(one) {
    this.publish('data', { controller: detail(one) })
  }

  #changed(id, action) {
    this.publish('changes', { what: 'controller', id, action, by: 'Anna Andersen' })
  }

  #series(name) {
    for (const metric of ['beer', 'chamber', 'room', 'beer_setpoint', 'chamber_setpoint', 'heat', 'cool', 'state']) {
      const id = `${name}-${metric}`
      if (!this.world.series.has(id)) this.world.series.set(id, { id, adapter: name, node: name, metric, unit: /heat|cool|state/.test(metric) ? '' : '°C', t: [this.world.now], v: [0], add(t, v) { this.t.push(t); this.v.push(v) } })
    }
  }

  #made(name, facts) {
    const at = (ago) => new Date(this.world.now - ago).toISOString()
    return {
      name,
      driver: 'brewpi',
      settings: { port: 'tcp://brewpi.local:23' },
      revision: 1,
      created_at: at(30 * DAY),
      updated_at: at(30 * DAY),
      state: 'connected',
      detail: '',
      firmware: '0.15.1',
      board: 'ESP8266',
      title: 'BrewPi',
      last_seen: at(2000),
      vessel: null,
      agent: name,
      chambers: [],
      display: ['', '', '', ''],
      doing: null,
      parameters: parameters(),
      choices: CHOICES,
      slots: SLOTS,
      devices: devices(),
      log: [
        { time: at(2 * MINUTE), level: 'info', text: 'The cooler may run again in 4 minutes: it rests at least 5.' },
        { time: at(31 * MINUTE), level: 'warning', text: 'The probe 28-FF3A1C…44 did not answer for 12 s.' },
        { time: at(95 * MINUTE), level: 'info', text: 'Cooling stopped; the chamber is expected to come to rest at 17.2 °C.' },
        { time: at(2 * DAY), level: 'error', text: 'A definition was refused: a one-wire probe cannot be a chamber heater.' },
        { time: at(2 * DAY + 4 * MINUTE), level: 'info', text: 'The controller started.' },
      ],
      ...facts,
    }
  }

  #corner() {
    const held = this.world.vessels.find((one) => one.agent === 'brewpi-corner')
    return this.#made('brewpi-corner', { vessel: held?.id ?? null, chambers: [{ id: '1', name: 'Fridge in the corner', devices: ['pin-14'] }] })
  }

  #lost() {
    const settings = { port: '/dev/serial/by-id/usb-Arduino__www.arduino.cc__Arduino_Uno_55333313335351608110-if00' }
    const detail = '/dev/ttyACM0 was cut off. Check cable, power and other hosts.'
    const last_seen = new Date(this.world.now - 21 * MINUTE).toISOString()
    return this.#made('hall-uno', { settings, state: 'lost', detail, last_seen, firmware: '0.2.10', board: 'Arduino Uno', display: ['Mode   Off          ', 'Beer    --.-  --.- °C', 'Fridge  4.1  --.- °C', 'Temp. control OFF   '] })
  }

  #strange() {
    const detail = 'It says that its firmware is 0.3.0-pre of a Spark Core, whose lists nobody here knows.'
    return this.#made('attic', { state: 'strange', detail, firmware: '0.3.0-pre', board: 'Spark Core', settings: { port: 'tcp://192.168.1.44:23' }, parameters: [], choices: [], devices: [], slots: 0, display: ['', '', '', ''] })
  }

  #away() {
    return this.#made('shed-with-a-long-name-that-somebody-gave-it', { state: 'offline', detail: 'Its agent is not connected to the server.', settings: { port: 'script:///opt/brewpi/BEERSOCKET' }, last_seen: new Date(this.world.now - 2 * DAY).toISOString() })
  }

  #opening() {
    return this.#made('garage', { state: 'opening', detail: '', settings: { port: 'tcp://garage.local:23' }, last_seen: null, firmware: '', board: '', title: '', parameters: [], choices: [], devices: [], slots: 0, display: [], log: [] })
  }

  #board() {
    return { id: 'mdns-brewpi-cellar', kind: 'controller', driver: 'brewpi', title: 'BrewPi “cellar”', text: 'In the network as cellar.local, an ESP8266 by its own account.', settings: { port: 'tcp://cellar.local:23' }, state: 'discovered', agent: '' }
  }

  #cable() {
    return { id: 'usb-2341-0043', kind: 'controller', driver: 'brewpi', title: 'Arduino Uno', text: 'At /dev/ttyACM1 of hall-pi; it may be a BrewPi.', settings: { port: '/dev/ttyACM1' }, state: 'discovered', agent: 'hall-pi' }
  }
}

function parameters() {
  const made = (group, writable) => ([key, title, text, value, unit, usual, least = null, most = null]) => ({ key, group, title, text, value, unit, default: usual, least, most, options: key === 'tempFormat' ? ['C', 'F'] : [], writable })
  return [...SETTINGS.map(made('settings', false)), ...CONSTANTS.map(made('constants', true)), ...VARIABLES.map(made('variables', false))].map((one) => (one.key.endsWith('Est') ? { ...one, writable: true } : one))
}

function devices() {
  const made = (id, title, facts) => ({ id, slot: null, chamber: 0, beer: 0, function: 'none', hardware: 'pin', device_type: 'none', address: '', pin: null, inverted: false, calibration: 0, value: null, title, ...facts })
  const probe = (address, title, facts = {}) => made(`ow-${address}`, title, { hardware: 'one_wire_probe', device_type: 'probe', address, value: 0, ...facts })
  const pin = (number, title, facts) => made(`pin-${number}`, title, { pin: number, value: false, ...facts })
  const inChamber = (slot, name, beer = 0) => ({ slot, chamber: 1, beer, function: name })
  return [
    probe('28ff3a1c44', '1-Wire 28-FF3A1C44', { ...inChamber(0, 'beer_temperature', 1), calibration: 0.25 }),
    probe('280b19e1', '1-Wire 28-0B19E1', inChamber(1, 'fridge_temperature')),
    probe('2877d09a', '1-Wire 28-77D09A'),
    probe('28ee01c2', '1-Wire 28-EE01C2'),
    pin(14, 'Pin 14 · relay Cool', { ...inChamber(2, 'cool'), device_type: 'output', inverted: true }),
    pin(16, 'Pin 16 · relay Heat', { ...inChamber(3, 'heat'), device_type: 'output', inverted: true }),
    pin(13, 'Pin 13 · Door', { device_type: 'switch' }),
  ]
}

function started(name, elsewhere) {
  const token = 'krs_9f8e7d6c5b4a39281706f5e4d3c2b1a0'
  return elsewhere ? { token, command: `krausen agent ${name} --server http://127.0.0.1:8080 --token ${token}` } : { token: null, command: null }
}

function free(all) {
  const used = new Set(all.map((one) => one.slot))
  return Array.from({ length: SLOTS }, (_, slot) => slot).find((slot) => !used.has(slot)) ?? null
}

const OWN = ['devices', 'log']
const DETAILS = ['display', 'doing', 'parameters', 'choices', 'slots']

function summary(one) {
  return without(one, [...OWN, ...DETAILS])
}

function detail(one) {
  return without(one, OWN)
}

function without(one, keys) {
  return Object.fromEntries(Object.entries(one).filter(([key]) => !keys.includes(key)))
}
