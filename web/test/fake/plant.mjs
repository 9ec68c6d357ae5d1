/**
 * The made-up brewery's agents, devices, chambers and processes, and what can be done to them. Not part of the product.
 */

const METRICS = { on: 'relay', gravity: 'hydrometer', temperature: 'thermometer' }
const CLOCKS = { 'cellar-pi': 120, 'hall-pi': 42_000 }
const OUTPUTS = ['heat', 'cool']
const LOOP = ['beer', 'chamber', 'heat', 'cool']
const RECOGNISED_MS = 4000
const SCHEMAS = {
  hysteresis: {
    title: 'Thermostat',
    description: 'On at the edge of a band, off at the setpoint.',
    properties: { band_c: { title: 'Hysteresis, to either side', 'x-unit': '°C', type: 'number', minimum: 0.05, maximum: 5, default: 0.3 } },
  },
  pid: {
    title: 'PID',
    description: 'A share of full heat or cold that grows with the error, with how long it lasts and how fast it moves.',
    properties: {
      gain: { title: 'Gain, share of full power per °C', type: 'number', minimum: 0.01, maximum: 10, default: 0.5 },
      integral_h: { title: 'Integral time', 'x-unit': 'h', type: 'number', minimum: 0.1, maximum: 200, default: 8 },
      rest_min: { title: 'Rest between heat and cold', 'x-unit': 'min', type: 'number', minimum: 0, maximum: 1440, default: 60 },
    },
  },
  learning: {
    title: 'Learning',
    description: 'Finds out by itself what the chamber is like, and switches by where the beer will end.',
    properties: { temperament: { title: 'Temperament', enum: ['precise', 'balanced', 'saver'], default: 'balanced' } },
  },
  fixed_output: {
    title: 'Fixed output',
    description: 'One share of heat or cold, whatever the probes say.',
    properties: {
      output: { title: 'Output to run', enum: ['cool', 'heat'], default: 'heat' },
      share: { title: 'Share of the time it is on, 0 to 1', type: 'number', minimum: 0, maximum: 1, default: 0 },
    },
  },
}

export class Plant {
  constructor({ world, publish, refuse, managed, away, controllers }) {
    Object.assign(this, { world, publish, refuse, managed, away, controllers })
    this.added = new Map()
    this.titles = new Map()
    this.chambers = [...new Set(world.vessels.map((one) => one.agent))].map((agent, i) => ({
      id: `chamber${i + 1}`,
      name: ['Chest freezer', 'Glycol bank'][i],
      agent,
      revision: 1,
      ...this.#times(),
    }))
    world.vessels.forEach((vessel) => (vessel.cabinet = this.chambers.find((one) => one.agent === vessel.agent)?.id ?? null))
  }

  routes() {
    const page = (items) => ({ items, next: null })
    return [
      ['GET', /^\/agents$/, () => page(this.#agents())],
      ['POST', /^\/agents$/, (_parts, _query, body, origin) => this.#addAgent(body, origin)],
      ['DELETE', /^\/agents\/([^/]+)$/, ([name]) => this.#removeAgent(name)],
      ['GET', /^\/processes$/, () => this.#processes()],
      ['GET', /^\/devices$/, (_parts, query) => page(query.get('state') === 'discovered' ? this.controllers.found : this.#devices())],
      ['PATCH', /^\/devices\/([^/]+)$/, ([id], _query, body) => this.#title(id, body)],
      ['GET', /^\/algorithms$/, () => page(Object.entries(SCHEMAS).map(algorithm))],
      ['GET', /^\/chambers$/, () => page(this.chambers)],
      ['POST', /^\/chambers$/, (_parts, _query, body) => this.#addChamber(body)],
      ['POST', /^\/vessels$/, (_parts, _query, body) => this.#addVessel(body)],
      ['PATCH', /^\/vessels\/([^/]+)$/, ([id], _query, body, _origin, seen) => this.#changeVessel(id, body, seen)],
      ['DELETE', /^\/vessels\/([^/]+)$/, ([id]) => this.#removeVessel(id)],
    ]
  }

  #times() {
    const at = new Date(this.world.now - 30 * 86_400_000).toISOString()
    return { created_at: at, updated_at: at }
  }

  #agents() {
    const held = grouped(this.world.vessels.filter((one) => one.agent), (one) => one.agent)
    const names = new Set([...held.keys(), ...this.added.keys(), ...this.controllers.all.map((one) => one.name)])
    return [...names].sort().map((agent) => {
      const state = this.away ? 'offline' : (this.added.get(agent) ?? 'current')
      const wasSeen = state !== 'offline' || held.has(agent)
      return {
        agent,
        state,
        queue: wasSeen ? (state === 'offline' ? 1204 : 0) : null,
        last_seen: wasSeen ? new Date(this.world.now - (state === 'offline' ? 21 * 60_000 : 2000)).toISOString() : null,
        version: wasSeen ? '0.1.0' : null,
        clock_ms: wasSeen ? (CLOCKS[agent] ?? 0) : null,
        vessels: (held.get(agent) ?? []).map((one) => one.id),
        devices: this.#devices().filter((device) => device.agent === agent).length,
        known_since: new Date(this.world.now - 30 * 86_400_000).toISOString(),
      }
    })
  }

  #addAgent({ agent }, origin) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(agent)) throw this.refuse(422, `An agent cannot be called ${agent}.`, '/agent')
    if (this.#agents().some((one) => one.agent === agent)) throw this.refuse(409, `There is an agent ${agent} already. Choose another name, or remove it first.`)
    this.added.set(agent, 'offline')
    this.#changed('agent', agent, 'created')
    setTimeout(() => this.#comes(agent, 'recognised'), RECOGNISED_MS)
    const token = `krs_${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`
    return { ...this.#agents().find((one) => one.agent === agent), token, command: `krausen agent ${agent} --server ${origin} --token ${token}` }
  }

  #comes(agent, state) {
    if (!this.added.has(agent)) return
    this.added.set(agent, state)
    this.publish('agents', { agent, state, queue: 0 })
    if (state === 'recognised') setTimeout(() => this.#comes(agent, 'current'), RECOGNISED_MS)
  }

  #removeAgent(name) {
    const agent = this.#agents().find((one) => one.agent === name)
    if (!agent) throw this.refuse(404, `There is no agent ${name}.`)
    if (agent.vessels.length) throw this.refuse(409, `${name} holds ${agent.vessels.join(', ')}. Give that to another agent first.`)
    if (agent.state !== 'offline') throw this.refuse(409, `${name} is connected. Stop it first.`)
    this.added.delete(name)
    this.#changed('agent', name, 'deleted')
    return null
  }

  #processes() {
    const since = new Date(this.world.now - 3 * 86_400_000).toISOString()
    const row = (name, cpu, memory, rest = {}) => ({ name, state: 'active', pid: 812, since, restarts: 0, cpu_percent: cpu, memory_mb: memory, detail: '', ...rest })
    const items = [
      row('server', 2, 96),
      row('spawner', 0, 21),
      row('stats', 0, 21),
      row('dev-cellar-pi', 1, 41, { restarts: 1, detail: 'Ended by signal 9.' }),
      row('dev-hall-pi', null, null, { state: 'failed', pid: null, restarts: 5, detail: 'agents/hall-pi/devices.toml: line 4: there is no driver ds18b2. There are: constant, ds18b20.' }),
    ]
    return { items: this.managed ? items : [], next: null, managed: this.managed }
  }

  #devices() {
    const agents = new Set([...this.world.vessels.map((one) => one.agent), ...this.chambers.map((one) => one.agent)])
    const nodes = grouped([...this.world.series.values()].filter((one) => agents.has(one.adapter)), (one) => one.node)
    return [...nodes].map(([node, all]) => {
      const main = all[0]
      const uses = this.world.vessels.flatMap((vessel) => Object.entries(vessel.roles).flatMap(([role, id]) => (all.some((one) => one.id === id) ? [{ vessel: vessel.id, role }] : [])))
      const at = main.t.at(-1)
      return {
        id: node,
        agent: main.adapter,
        name: node,
        title: this.titles.get(node)?.title ?? node,
        kind: METRICS[main.metric] ?? 'sensor',
        driver: main.metric === 'on' ? 'gpio_relay' : main.metric === 'gravity' ? 'tilt' : 'ds18b20',
        state: 'adopted',
        series: Object.fromEntries(all.map((one) => [one.metric, one.id])),
        last_seen: at === undefined ? null : new Date(at).toISOString(),
        value: main.v.at(-1) ?? null,
        unit: main.unit,
        at: at === undefined ? null : new Date(at).toISOString(),
        quality: node.endsWith('fridge20tape-ambient') ? 'doubtful' : 'good',
        uses,
        revision: this.titles.get(node)?.revision ?? 1,
      }
    })
  }

  #title(id, { title }) {
    const device = this.#devices().find((one) => one.id === id)
    if (!device) throw this.refuse(404, `There is no device ${id}.`)
    this.titles.set(id, { title: title || device.name, revision: device.revision + 1 })
    this.#changed('device', id, 'updated')
    return this.#devices().find((one) => one.id === id)
  }

  #addChamber({ name, agent }) {
    if (this.chambers.some((one) => one.name === name)) throw this.refuse(409, `There is a chamber ${name} already.`)
    const chamber = { id: `chamber${this.chambers.length + 1}`, name, agent, revision: 1, ...this.#times() }
    this.chambers.push(chamber)
    this.#changed('chamber', chamber.id, 'created')
    return chamber
  }

  #addVessel(plan) {
    this.#check(plan, null)
    const id = plan.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    const vessel = this.world.add({ ...plan, id, name: plan.name, kind: plan.kind ?? 'bucket', agent: plan.agent ?? '', setpoint: 20 })
    Object.assign(vessel, { roles: plan.roles ?? {}, limits: plan.limits ?? { min: 0, max: 30 }, algorithm: plan.algorithm ?? 'hysteresis', settings: plan.settings ?? {}, cabinet: plan.chamber ?? null, revision: 1 })
    this.#changed('vessel', id, 'created')
    return vessel
  }

  #changeVessel(id, change, seen) {
    const vessel = this.#vessel(id)
    if (seen !== null && seen !== vessel.revision) throw this.refuse(409, `${vessel.name} is at revision ${vessel.revision}, not ${seen}: look again.`, null, vessel)
    const next = { ...vessel, ...change, limits: { ...vessel.limits, ...change.limits }, roles: merged(vessel.roles, change.roles), settings: merged(vessel.settings, change.settings) }
    this.#check(next, id)
    if ('chamber' in change) next.cabinet = change.chamber
    next.chamber = vessel.chamber
    delete next.reason
    Object.assign(vessel, next, { revision: vessel.revision + 1 })
    this.#changed('vessel', id, 'updated')
    return vessel
  }

  #removeVessel(id) {
    const vessel = this.#vessel(id)
    if (vessel.wish.mode !== 'off') throw this.refuse(409, `${vessel.name} is in mode ${vessel.wish.mode}. Turn it off before you remove it.`, null, vessel)
    this.world.vessels.splice(this.world.vessels.indexOf(vessel), 1)
    this.#changed('vessel', id, 'deleted')
    return null
  }

  #check({ agent = '', roles = {} }, self) {
    if (this.controllers.all.some((one) => one.name === agent)) return
    for (const [role, id] of Object.entries(roles)) {
      const series = this.world.series.get(id)
      if (!series) throw this.refuse(422, `There is no series ${id}.`, `/roles/${role}`)
      if ((agent ? LOOP : OUTPUTS).includes(role) && series.adapter !== agent)
        throw this.refuse(422, `One agent holds one loop: ${series.node} belongs to the agent ${series.adapter}, this vessel to ${agent || 'none'}.`, `/roles/${role}`)
      const taker = this.world.vessels.find((one) => one.id !== self && OUTPUTS.some((output) => one.roles[output] === id))
      if (OUTPUTS.includes(role) && taker) throw this.refuse(422, `${series.node} already heats or cools ${taker.name}.`, `/roles/${role}`)
    }
  }

  #vessel(id) {
    const found = this.world.vessels.find((one) => one.id === id)
    if (!found) throw this.refuse(404, 'There is no such vessel.')
    return found
  }

  #changed(what, id, action) {
    this.publish('changes', { what, id, action, by: 'Anna Andersen' })
  }
}

function algorithm([name, { title, description, properties }]) {
  return { name, title, description, schema: { $ref: '#/$defs/Settings', $defs: { Settings: { title: 'Settings', type: 'object', properties, required: [] } } } }
}

/** A merge patch: null takes away. */
function merged(present, patch = {}) {
  return Object.fromEntries(Object.entries({ ...present, ...patch }).filter(([, value]) => value !== null))
}

function grouped(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
