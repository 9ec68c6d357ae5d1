/**
 * A made-up brewery for developing and testing the page without a server: a thermostat on a leaky freezer, plausible
 * rather than true. Not part of the product.
 */

const MINUTE = 60_000
const DAY = 86_400_000
export const PAST_DAYS = 14

const KINDS = [
  { id: 'freezer20', name: 'North freezer', kind: 'bucket', setpoint: 19.2, agent: 'cellar-pi' },
  { id: 'fridge20tape', name: 'Cellar fridge', kind: 'carboy', setpoint: 10, agent: 'cellar-pi' },
  { id: 'glycol300', name: 'Conical 1', kind: 'conical', setpoint: 4, agent: 'hall-pi' },
  { id: 'crock1', name: 'Sauerkraut on the upper shelf behind the door', kind: 'crock', setpoint: 21, agent: 'hall-pi' },
]

const OWN = ['setpoint_beer', 'setpoint_chamber', 'mode', 'heat_demand', 'cool_demand', 'heat', 'cool', 'state']
const PROBES = [
  ['beer', 'temperature', '°C'],
  ['chamber', 'temperature', '°C'],
  ['ambient', 'temperature', '°C'],
  ['gravity', 'gravity', 'SG'],
]

/** One series: times and values in order. */
export class Series {
  t = []
  v = []

  constructor(id, adapter, node, metric, unit) {
    Object.assign(this, { id, adapter, node, metric, unit })
  }

  add(t, v) {
    this.t.push(t)
    this.v.push(v)
  }
}

/** A repeatable random number generator. */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export class World {
  constructor({ now, vessels = 1, batches = 1 }) {
    this.now = now
    this.random = randomFrom(42)
    this.series = new Map()
    this.vessels = KINDS.slice(0, vessels).map((kind) => this.#vessel(kind))
    this.batches = []
    this.#past()
    if (batches) {
      this.#running()
      this.#import()
    }
  }

  #series(id, adapter, node, metric, unit) {
    const series = new Series(id, adapter, node, metric, unit)
    this.series.set(id, series)
    return series
  }

  #vessel({ id, name, kind, setpoint, agent }) {
    const own = Object.fromEntries(OWN.map((metric) => [metric, this.#series(`${id}-${metric}`, 'krausen', id, metric, metric.startsWith('setpoint') ? '°C' : '')]))
    const probes = Object.fromEntries(PROBES.map(([role, metric, unit]) => [role, this.#series(`${id}-${role}`, agent, `${id}-${role}`, metric, unit)]))
    const outputs = Object.fromEntries(agent ? [['heat', 'heater'], ['cool', 'cooler']].map(([role, node]) => [role, this.#series(`${id}-${node}`, agent, `${id}-${node}`, 'on', '')]) : [])
    const at = this.now - 3 * DAY
    return {
      id,
      name,
      kind,
      agent,
      limits: { min: 1, max: 24 },
      own,
      probes,
      outputs,
      roles: Object.fromEntries([...Object.entries(probes), ...Object.entries(outputs)].map(([role, series]) => [role, series.id])),
      algorithm: 'hysteresis',
      settings: {},
      revision: 3,
      wish: { revision: 18, mode: 'beer', value: setpoint, profile: null, reason: '', by: 'Anna Andersen', at },
      held: { revision: 18, mode: 'beer', value: setpoint, profile: null, reason: '', by: 'Anna Andersen', at },
      answer: { state: 'accepted', detail: '' },
      beer: setpoint - 0.6,
      chamber: setpoint,
      gravity: 1.052,
      on: null,
      since: 0,
      wants: 0,
    }
  }

  /** A vessel that somebody adds: it is off, and has nothing but itself. */
  add(plan) {
    const own = Object.fromEntries(OWN.map((metric) => [metric, this.#series(`${plan.id}-${metric}`, 'krausen', plan.id, metric, '')]))
    const wish = { revision: 1, mode: 'off', value: null, profile: null, reason: '', by: 'Anna Andersen', at: this.now }
    const made = { ...plan, chamber: 18, own, probes: {}, outputs: {}, wish, held: { ...wish }, answer: { state: 'accepted', detail: '' }, beer: 18, gravity: 1, on: null, since: 0, wants: 0 }
    this.vessels.push(made)
    return made
  }

  #past() {
    for (const vessel of this.vessels) {
      const final = vessel.wish.value
      for (let t = this.now - PAST_DAYS * DAY; t < this.now; t += MINUTE) {
        const age = (t - (this.now - PAST_DAYS * DAY)) / DAY
        vessel.held.value = age < 13.5 ? final - 0.7 : age < 13.9 ? final - 0.7 + (age - 13.5) * 1.75 : final
        this.#step(vessel, t, 60)
        if (Math.abs(age - 10) < 0.0004) vessel.gravity = 1.0525
        const asleep = age > 13.3 && age < 13.36
        if (!asleep) this.#note(vessel, t)
      }
      vessel.held.value = final
    }
  }

  /** Heat flows, a thermostat with minimum times decides. */
  #step(vessel, t, seconds) {
    const room = 16 + 2 * Math.sin((t / DAY) * 2 * Math.PI)
    const { mode, value } = vessel.held
    const error = mode === 'off' || value === null ? 0 : value - vessel.beer
    vessel.wants = Math.abs(error) < 0.03 ? 0 : Math.max(-1, Math.min(1, error * 3))
    const held = (t - vessel.since) / 1000
    if (vessel.on === 'heat' && (error < 0.02 || mode === 'off') && held > 180) this.#switch(vessel, null, t)
    else if (vessel.on === 'cool' && (error > -0.02 || mode === 'off') && held > 180) this.#switch(vessel, null, t)
    else if (vessel.on === null && held > 300 && error > 0.12) this.#switch(vessel, 'heat', t)
    else if (vessel.on === null && held > 300 && error < -0.12) this.#switch(vessel, 'cool', t)
    for (let left = seconds; left > 0; left -= 60) this.#flow(vessel, room, Math.min(60, left))
  }

  #flow(vessel, room, seconds) {
    const power = vessel.on === 'heat' ? 0.0022 : vessel.on === 'cool' ? -0.005 : 0
    const yeast = Math.max(0, vessel.gravity - 1.012) * (vessel.gravity < 1.051 ? 0.0016 : 0.0002)
    vessel.chamber += (power + (room - vessel.chamber) / 9000 + (vessel.beer - vessel.chamber) / 5400) * seconds
    vessel.beer += ((vessel.chamber - vessel.beer) / 24_000 + yeast) * seconds
    vessel.gravity = Math.max(1.011, vessel.gravity - (vessel.gravity - 1.009) * (1.0535 - vessel.gravity) * 0.00028 * seconds)
    vessel.ambient = room
  }

  #switch(vessel, on, t) {
    vessel.on = on
    vessel.since = t
  }

  state(vessel) {
    if (vessel.held.mode === 'off') return 1
    if (vessel.on === 'heat') return 3
    if (vessel.on === 'cool') return 4
    const error = (vessel.held.value ?? vessel.beer) - vessel.beer
    return error > 0.12 ? 6 : error < -0.12 ? 5 : 0
  }

  #note(vessel, t) {
    const { own, probes } = vessel
    const noise = () => (this.random() - 0.5) * 0.03
    const rows = [
      [probes.beer, vessel.beer + noise()],
      [probes.chamber, vessel.chamber + noise() * 2],
      [probes.ambient, vessel.ambient + noise()],
      [own.mode, ['off', 'chamber', 'beer'].indexOf(vessel.held.mode)],
      [own.heat_demand, Math.max(0, vessel.wants)],
      [own.cool_demand, Math.max(0, -vessel.wants)],
      [own.heat, vessel.on === 'heat' ? 1 : 0],
      [own.cool, vessel.on === 'cool' ? 1 : 0],
      [own.state, this.state(vessel)],
      ...Object.entries(vessel.outputs).map(([role, series]) => [series, vessel.on === role ? 1 : 0]),
    ]
    if (vessel.held.mode === 'beer') rows.push([own.setpoint_beer, vessel.held.value])
    if (vessel.held.mode !== 'off') rows.push([own.setpoint_chamber, vessel.held.value + vessel.wants * 4])
    if (Math.floor(t / (15 * MINUTE)) !== Math.floor((probes.gravity.t.at(-1) ?? 0) / (15 * MINUTE))) rows.push([probes.gravity, vessel.gravity + (this.random() - 0.5) * 0.0006])
    for (const [series, v] of rows) series.add(t, Math.round(v * 10000) / 10000)
    return rows.map(([series, v]) => ({ series: series.id, t, v: Math.round(v * 10000) / 10000 }))
  }

  /** Time goes on; gives the readings that were taken. */
  live(now) {
    const seconds = (now - this.now) / 1000
    this.now = now
    return this.vessels.flatMap((vessel) => {
      this.#step(vessel, now, seconds)
      return vessel.probes.beer ? this.#note(vessel, now) : []
    })
  }

  #running() {
    const begin = this.now - 4 * DAY
    const { id, probes } = this.vessels[0] ?? {}
    if (!id) return
    this.batches.push({
      id: 'harvest',
      name: 'Harvest Pale Ale',
      vessel: id,
      state: 'running',
      started_at: new Date(begin).toISOString(),
      finished_at: null,
      roles: Object.fromEntries(Object.entries(probes).map(([role, series]) => [role, series.id])),
      source: '',
      revision: 1,
      events: [
        { at: new Date(begin).toISOString(), kind: 'setpoint', text: 'pitched: 18.5 °C' },
        { at: new Date(this.now - 0.5 * DAY).toISOString(), kind: 'setpoint', text: 'free rise: 19.2 °C' },
      ],
    })
  }

  /** A brew of last winter, as its log would be imported: beer, setpoint, chamber and codes of what was done. */
  #import() {
    const begin = Date.UTC(2025, 1, 3, 18, 4)
    const end = begin + 9.3 * DAY
    const roles = {}
    for (const [role, unit] of [['beer', '°C'], ['setpoint_beer', '°C'], ['chamber', '°C'], ['setpoint_chamber', '°C'], ['state', '']]) {
      roles[role] = this.#series(`import-${role}`, 'brewpi', 'winter-ale', role, unit)
    }
    let beer = 21
    let chamber = 20
    let state = 0
    for (let t = begin; t < end; t += 2 * MINUTE) {
      const day = (t - begin) / DAY
      const wanted = day < 5 ? 19 : day < 7 ? 21 : 3
      const error = wanted - beer
      if (state === 3 ? error < 0.02 : error > 0.15) state = state === 3 ? 0 : 3
      else if (state === 4 ? error > -0.02 : error < -0.15) state = state === 4 ? 8 : 4
      else if (state === 8) state = 0
      chamber += ((state === 3 ? 0.01 : state === 4 || state === 8 ? -0.02 : 0) + (15 - chamber) * 0.0002 + (beer - chamber) * 0.0006) * 120
      beer += (chamber - beer) * 0.00011 * 120
      if (day > 3.1 && day < 3.3) continue
      const noise = () => (this.random() - 0.5) * 0.04
      const rows = { beer: beer + noise(), setpoint_beer: wanted, chamber: chamber + noise(), setpoint_chamber: Math.max(-6, Math.min(30, wanted + error * 3)), state }
      for (const [role, v] of Object.entries(rows)) roles[role].add(t, Math.round(v * 100) / 100)
    }
    this.batches.push({
      id: 'winter-ale',
      name: 'Winter ale',
      vessel: null,
      state: 'finished',
      started_at: new Date(begin).toISOString(),
      finished_at: new Date(end).toISOString(),
      roles: Object.fromEntries(Object.entries(roles).map(([role, series]) => [role, series.id])),
      source: 'brewpi',
      revision: 1,
      events: [
        { at: begin + 0.1 * DAY, kind: 'annotation', text: 'Mode set to beer constant' },
        { at: begin + 5 * DAY, kind: 'annotation', text: 'Beer temp set to 21.0 in web interface' },
        { at: begin + 5.3 * DAY, kind: 'note', text: 'Dry hopped with 40 g of Citra' },
        { at: begin + 7 * DAY, kind: 'annotation', text: 'Beer temp set to 3.0 in web interface' },
        ...Array.from({ length: 12 }, (_, i) => ({ at: begin + 8 * DAY + i * 9 * MINUTE, kind: 'annotation', text: `Fridge temp set to ${(3 - i / 10).toFixed(1)} in Menu.` })),
      ].map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
    })
  }
}
