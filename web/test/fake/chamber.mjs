/**
 * What the made-up brewery learned of its chambers, and the trial of its hardware. Not part of the product.
 */
const DAY = 86_400_000
const TAKEN_MS = 4000
const STEP_MS = 2500
const QUANTITIES = {
  cooling_c_h: [2.31, 0.08],
  heating_c_h: [1.12, 0.22],
  fermentation_c_h: [0.036, 0.4],
  ambient_c: [16.4, 0.05],
  loss_h: [26.5, 0.12],
  store_lag_h: [0.46, 0.15],
  heater_lag_h: [0.14, 0.9],
  beer_lag_h: [1.7, 0.3],
  beer_probe_lag_s: [144, 0.5],
  chamber_probe_lag_s: [61, 0.15],
}
const STEPS = ['Beer probe: does it answer?', 'Chamber probe: does it answer?', 'Cooler: does the chamber get colder?', 'Heater: does the chamber get warmer?', 'Clock and disk']
const FINDINGS = [
  { level: 'good', text: 'The beer probe answers every second, 18.6 °C.' },
  { level: 'good', text: 'The chamber probe answers every second, 17.9 °C.' },
  { level: 'good', text: 'The cooler works: the chamber fell by 1.4 °C in 4 min.' },
  { level: 'warning', text: 'The heater works, but slowly: the chamber rose by 0.2 °C in 4 min. Look whether it touches the vessel.' },
  { level: 'good', text: 'The clock is right, and the disk has room for 3 years.' },
]
const FORGOTTEN = { standing: 'new', confidence: 0, watched_h: 0, at: null, quantities: {}, means: [], doubts: [], history: [] }

export class Chambers {
  constructor({ world, refuse, vesselOf, isEmpty, isDoubtful }) {
    Object.assign(this, { world, refuse, vesselOf })
    this.known = new Map(world.vessels.slice(0, isEmpty ? 0 : 2).map((one) => [one.id, this.#learned(isDoubtful)]))
    this.trials = new Map()
    if (!isEmpty) world.vessels.slice(0, 2).forEach((one) => Object.assign(one, { algorithm: 'learning' }))
  }

  routes() {
    return [
      ['GET', /^\/vessels\/([^/]+)\/learned$/, ([id]) => this.#of(id)],
      ['GET', /^\/vessels\/([^/]+)\/learned\/export$/, ([id]) => this.#export(id)],
      ['PUT', /^\/vessels\/([^/]+)\/learned$/, ([id], _query, body) => this.#take(id, body)],
      ['DELETE', /^\/vessels\/([^/]+)\/learned$/, ([id]) => this.#wish(id, FORGOTTEN)],
      ['GET', /^\/vessels\/([^/]+)\/preflight$/, ([id]) => this.#trial(id)],
      ['POST', /^\/vessels\/([^/]+)\/preflight$/, ([id]) => this.#start(id)],
      ['DELETE', /^\/vessels\/([^/]+)\/preflight$/, ([id]) => this.#stop(id)],
    ]
  }

  #learned(isDoubtful) {
    const quantities = Object.fromEntries(Object.entries(QUANTITIES).map(([name, [value, doubt]]) => [name, { value, low: value * (1 - doubt), high: value * (1 + doubt) }]))
    const history = Array.from({ length: 40 }, (_, i) => ({
      at: new Date(this.world.now - 6 * DAY + (i * 6 * DAY) / 39).toISOString(),
      quantities: Object.fromEntries(Object.entries(QUANTITIES).map(([name, [value, doubt]], k) => [name, value * (1 + 1.6 * doubt * Math.exp(-i / 7) * Math.cos(i / 3 + k) + (k === 4 ? 0.004 * i : 0))])),
    }))
    return {
      standing: isDoubtful ? 'doubtful' : 'sure',
      confidence: isDoubtful ? 0.34 : 0.82,
      watched_h: 148.4,
      at: new Date(this.world.now - 90_000).toISOString(),
      quantities,
      means: ['The cooler takes 26 min to cool by 1 °C.', 'It goes on cooling for half an hour after it stops, so it is stopped about 0.4 °C early.', 'In a room of 16 °C the heater runs about a quarter of the time to hold 19 °C.'],
      doubts: isDoubtful ? ['The cooler cools only half as much as before: is the door open, or ice on the plate?'] : ['The heater ran little so far: its power is known to a fifth.'],
      history,
    }
  }

  #of(id) {
    this.vesselOf(id)
    return { pending: false, ...FORGOTTEN, ...this.known.get(id) }
  }

  #export(id) {
    if (!this.known.has(id)) throw this.refuse(404, 'Nothing was learned of this chamber yet.')
    return { form: 1, mean: [18.6, 18.6], spread: [0.1, 0, 0.1], flow: 0, watched_h: 148.4, standing: 'sure', doubts: [] }
  }

  #take(id, body) {
    if (body.form !== 1) throw this.refuse(422, 'This file is of another form than this version understands.', '/form')
    return this.#wish(id, { ...this.#learned(false), watched_h: body.watched_h, history: [] })
  }

  #wish(id, learned) {
    const present = this.#of(id)
    this.known.set(id, { ...present, pending: true })
    setTimeout(() => this.known.set(id, learned), TAKEN_MS)
    return { ...present, pending: true }
  }

  #trial(id) {
    this.vesselOf(id)
    return this.trials.get(id) ?? { id: null, state: 'none', at: null, step: '', done: 0, findings: [], measured: {} }
  }

  #start(id) {
    const vessel = this.vesselOf(id)
    if (vessel.wish.mode !== 'off') throw this.refuse(409, `${vessel.name} is in mode ${vessel.wish.mode}. Turn it off first.`)
    if (['waiting', 'running'].includes(this.#trial(id).state)) throw this.refuse(409, 'A pre-flight runs already.')
    const trial = { id: `p${this.world.now}`, state: 'waiting', at: new Date(this.world.now).toISOString(), step: '', done: 0, findings: [], measured: {} }
    this.trials.set(id, trial)
    STEPS.forEach((step, i) => setTimeout(() => this.#advance(trial, { state: 'running', step, done: i / STEPS.length, findings: FINDINGS.slice(0, i) }), 1500 + i * STEP_MS))
    setTimeout(() => this.#advance(trial, { state: 'done', step: '', done: 1, findings: FINDINGS, measured: { cooling_goes_on_s: 640, heating_goes_on_s: 220 } }), 1500 + STEPS.length * STEP_MS)
    return trial
  }

  #advance(trial, change) {
    if (trial.state === 'waiting' || trial.state === 'running') Object.assign(trial, change)
  }

  #stop(id) {
    this.#advance(this.#trial(id), { state: 'stopped', step: '', done: 1, findings: [...this.#trial(id).findings, { level: 'fault', text: 'The pre-flight ended before its time. Anna Andersen stopped it.' }] })
    return null
  }
}
