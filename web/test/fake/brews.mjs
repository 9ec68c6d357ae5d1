/**
 * The made-up brewery's batches beyond the running one: brews of the past, and all that can be done to batches, events,
 * corrections and imported files. Not part of the product.
 */
import { Series } from './world.mjs'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PAST = [
  { id: 'harvest-2', name: 'Harvest Pale Ale of spring', daysAgo: 180, og: 1.052, fg: 1.01, at: 18.4, half: 2.2, crash: 8, vessel: 'freezer20' },
  { id: 'harvest-1', name: 'Harvest Pale Ale, first try', daysAgo: 260, og: 1.05, fg: 1.012, at: 19.6, half: 2.3, crash: 6.4, vessel: 'freezer20' },
  { id: 'cellar-lager', name: 'Cellar lager', daysAgo: 90, og: 1.053, fg: 1.014, at: 12, half: 3.1, crash: null, vessel: null },
]
const MOVES = {
  start: { from: ['planned'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  finish: { from: ['running', 'paused'], to: 'finished' },
}

export class Brews {
  constructor({ world, refuse, publish }) {
    Object.assign(this, { world, refuse, publish })
    this.bin = new Map()
    this.corrections = []
    this.counted = 0
    if (!world.batches.length) return
    for (const past of PAST) world.batches.push(this.#brewed(past))
    world.batches.push(this.#made({ id: 'winter-plan', name: 'Winter stout', vessel: 'freezer20', state: 'planned', style: 'Stout', original_gravity: 1.062 }))
    Object.assign(world.batches[0], { style: 'Pale ale', yeast: 'US-05', volume_l: 21, original_gravity: 1.0525, target_gravity: 1.011 })
    for (const batch of world.batches) batch.events.forEach((event) => (event.id = this.#id('e')))
  }

  routes() {
    const page = (items) => ({ items, next: null })
    return [
      ['GET', /^\/batches$/, () => page(this.world.batches.map((one) => this.#told(one)))],
      ['POST', /^\/batches$/, (_parts, _query, body) => this.#add(body)],
      ['GET', /^\/batches\/([^/]+)$/, ([id]) => this.#told(this.#of(id))],
      ['PATCH', /^\/batches\/([^/]+)$/, ([id], _query, body) => this.#change(id, body)],
      ['DELETE', /^\/batches\/([^/]+)$/, ([id]) => this.#remove(id)],
      ['POST', /^\/batches\/([^/]+)\/restore$/, ([id]) => this.#restore(id)],
      ['GET', /^\/batches\/([^/]+)\/report$/, ([id]) => this.#report(this.#of(id))],
      ['POST', /^\/batches\/([^/]+)\/(start|pause|resume|finish)$/, ([id, act], _query, body) => this.#move(id, act, body)],
      ['GET', /^\/batches\/([^/]+)\/events$/, ([id]) => page(this.#of(id).events)],
      ['POST', /^\/batches\/([^/]+)\/events$/, ([id], _query, body) => this.#note(id, body)],
      ['DELETE', /^\/batches\/([^/]+)\/events\/([^/]+)$/, ([id, event]) => this.#forget(id, event)],
      ['GET', /^\/corrections$/, () => page(this.corrections)],
      ['POST', /^\/corrections$/, (_parts, _query, body) => this.#correct(body)],
      ['DELETE', /^\/corrections\/([^/]+)$/, ([id]) => ((this.corrections = this.corrections.filter((one) => one.id !== id)), null)],
      ['POST', /^\/imports$/, (_parts, query, body) => this.#import(query, body)],
    ]
  }

  #id(kind) {
    this.counted += 1
    return `${kind}${this.counted}`
  }

  #of(id) {
    const found = this.world.batches.find((one) => one.id === id)
    if (!found) throw this.refuse(404, 'There is no such batch.')
    return found
  }

  #iso(ms) {
    return new Date(ms).toISOString()
  }

  #made(facts) {
    const at = this.#iso(this.world.now - DAY)
    const usual = { vessel: null, state: 'planned', started_at: null, finished_at: null, style: '', yeast: '', volume_l: null, original_gravity: null, target_gravity: null, roles: {}, source: '', revision: 1, events: [] }
    return { ...usual, created_at: at, updated_at: at, ...facts }
  }

  /** A fall of gravity as yeast makes it, and a temperature that was held, rose and was crashed. */
  #brewed({ id, name, daysAgo, og, fg, at, half, crash, vessel }) {
    const begin = this.world.now - daysAgo * DAY
    const roles = {}
    for (const [role, metric, unit] of [['beer', 'temperature', '°C'], ['setpoint_beer', 'setpoint_beer', '°C'], ['gravity', 'gravity', 'SG']]) {
      roles[role] = this.world.series.get(`${id}-${role}`) ?? this.#series(`${id}-${role}`, metric, unit)
    }
    for (let t = begin; t < begin + 9.3 * DAY; t += 15 * 60_000) {
      const day = (t - begin) / DAY
      const asked = crash !== null && day > crash ? Math.max(2, at - (day - crash) * 18) : day > half + 1 ? at + 1.6 : at
      roles.setpoint_beer.add(t, asked)
      roles.beer.add(t, Math.round((asked + 0.25 * Math.sin(day * 9) + (this.world.random() - 0.5) * 0.1) * 100) / 100)
      roles.gravity.add(t, Math.round((fg + (og - fg) / (1 + Math.exp((day - half) * 2.1)) + (this.world.random() - 0.5) * 0.0004) * 10000) / 10000)
    }
    const ids = Object.fromEntries(Object.entries(roles).map(([role, series]) => [role, series.id]))
    const events = [{ at: this.#iso(begin + HOUR), kind: 'pitch', text: 'Pitched 11 g of dry yeast' }, { at: this.#iso(begin + 3 * DAY), kind: 'note', text: 'Dry hopped with 40 g of Citra' }]
    return this.#made({ id, name, vessel, state: 'finished', started_at: this.#iso(begin), finished_at: this.#iso(begin + 9.3 * DAY), roles: ids, original_gravity: og, target_gravity: fg, style: 'Pale ale', volume_l: 20, events })
  }

  #series(id, metric, unit) {
    const series = new Series(id, 'archive', id, metric, unit)
    this.world.series.set(id, series)
    return series
  }

  #told(batch) {
    const facts = { ...batch }
    delete facts.events
    const gravity = batch.roles.gravity && this.world.series.get(batch.roles.gravity)?.v.at(-1)
    const og = batch.original_gravity ?? null
    const attenuation = og && gravity ? (100 * (og - gravity)) / (og - 1) : null
    const begin = batch.started_at && Date.parse(batch.started_at)
    const days = begin ? (Date.parse(batch.finished_at ?? this.#iso(this.world.now)) - begin) / DAY : null
    return { style: '', yeast: '', volume_l: null, original_gravity: null, target_gravity: null, intervals: [], deleted_at: null, ...facts, first_gravity: og, latest_gravity: gravity ?? null, attenuation, abv: attenuation === null ? null : (og - gravity) * 131.25, days, completeness: begin ? 99.24 : null }
  }

  #change(id, body) {
    const batch = this.#of(id)
    Object.assign(batch, body, { revision: batch.revision + 1 })
    return this.#changed(batch, 'updated')
  }

  #add(body) {
    if (!body.name) throw this.refuse(422, 'A batch needs a name.', '/name')
    const batch = this.#made({ ...body, id: this.#id('batch') })
    this.world.batches.push(batch)
    return this.#changed(batch, 'created')
  }

  #remove(id) {
    const batch = this.#of(id)
    if (batch.state === 'running') throw this.refuse(409, 'This batch is running. Finish it first.')
    this.bin.set(id, batch)
    this.world.batches = this.world.batches.filter((one) => one !== batch)
    this.#changed(batch, 'deleted')
    return null
  }

  #restore(id) {
    const batch = this.bin.get(id)
    if (!batch) throw this.refuse(404, 'There is no such batch.')
    this.bin.delete(id)
    this.world.batches.push(batch)
    return this.#changed(batch, 'created')
  }

  #move(id, act, body) {
    const batch = this.#of(id)
    const move = MOVES[act]
    if (!move.from.includes(batch.state)) throw this.refuse(409, `This batch is ${batch.state}.`)
    const at = body?.at ?? this.#iso(this.world.now)
    batch.state = move.to
    if (act === 'start') Object.assign(batch, { started_at: at, roles: { ...this.world.vessels.find((one) => one.id === batch.vessel)?.roles } })
    if (act === 'finish') batch.finished_at = at
    return this.#changed(batch, 'updated')
  }

  #note(id, { at, kind, text }) {
    const event = { id: this.#id('e'), at: at ?? this.#iso(this.world.now), kind, text }
    this.#of(id).events.push(event)
    this.#changed(this.#of(id), 'updated')
    return event
  }

  #forget(id, event) {
    const batch = this.#of(id)
    batch.events = batch.events.filter((one) => one.id !== event)
    this.#changed(batch, 'updated')
    return null
  }

  #report(batch) {
    const roles = Object.entries(batch.roles).map(([role, id]) => {
      const series = this.world.series.get(id)
      const mean = series.v.reduce((a, b) => a + b, 0) / series.v.length
      const from = series.t[Math.floor(series.t.length / 3)] ?? 0
      const gaps = role === 'beer' ? [{ from: this.#iso(from), to: this.#iso(from + 2 * HOUR), minutes: 120, cause: 'device silent' }] : []
      return { role, unit: series.unit, intervals: [], readings: series.v.length, min: Math.min(...series.v), max: Math.max(...series.v), mean, gap_s: 400, completeness: role === 'beer' ? 99.24 : 100, gaps, gaps_left_out: 0 }
    })
    return { batch: this.#told(batch), band_c: 0.5, out_of_band_minutes: 134, completeness: 99.24, roles, heat: { run_minutes: 1210, starts: 88 }, cool: { run_minutes: 310, starts: 41 }, energy_kwh: null, events: batch.events }
  }

  #correct(body) {
    const made = { ...body, id: this.#id('c'), by: 'Anna Andersen' }
    this.corrections.push(made)
    this.publish('changes', { what: 'correction', id: made.id, action: 'created', by: 'Anna Andersen' })
    return made
  }

  #import(query, body) {
    if (!body) throw this.refuse(422, 'This file is in none of the formats that can be read.')
    const rows = body.split('\n').length
    const repeated = Math.floor(rows / 10)
    const begin = this.world.now - 400 * DAY
    const isDry = query.get('dry_run') === 'true'
    const skipped = [{ line: 4, reason: 'The time “yesterday” cannot be read.' }]
    return { files: [{ file: query.get('name'), format: query.get('format') ?? 'brewpi_csv', zone: query.get('timezone'), rows, stored: rows - repeated - 1, repeated, skipped, from: this.#iso(begin), to: this.#iso(begin + 9 * DAY), batch: isDry ? null : 'harvest-1', remarks: ['The clock was set back once.'], preview: isDry ? this.#preview(query.get('format')) : undefined }], id: 'i1', state: 'done', share: 1, passed_over: [], detail: '' }
  }

  #preview(format) {
    const whats = Object.fromEntries((format?.split(':').slice(1).join(':') ?? '').split(',').map((one) => one.split('=')))
    const columns = [['Time', 'time'], ['Beer', 'beer:C'], ['Room', 'room:C'], ['Nr', '-']].map(([title, what]) => ({ title, what: whats[title] ?? what }))
    return { format: 'csv_table', title: 'Table', rows: [], columns, questions: [{ about: 'zone', text: 'An hour is there twice: is this the right time zone?' }], mapping: 'csv_table:Time=time' }
  }

  #changed(batch, action) {
    this.publish('changes', { what: 'batch', id: batch.id, action, by: 'Anna Andersen' })
    return this.#told(batch)
  }
}
