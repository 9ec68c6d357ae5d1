/**
 * Profiles of the made-up brewery, and the course that its first vessel follows when asked to. Lines are laid out plainly:
 * no pauses, no ease. Not part of the product.
 */
const HOUR = 3_600_000
const step = (kind, temperature, hours = null, title = '') => ({ kind, temperature, hours, until: null, title })
const EXAMPLES = [
  {
    id: 'ale-with-rest',
    name: 'Ale with rest',
    type: 'fermentation',
    steps: [step('hold', 18.5, 72, 'main fermentation'), step('ramp', 21, 24), step('hold', 21, 108, 'rest'), step('ramp', 2, 24, 'cold crash'), step('hold', 2)],
    events: [{ hours: 96, text: 'Dry hop' }],
  },
  { id: 'infusion', name: 'Infusion mash', type: 'mash', steps: [step('step', 52, 0.25), step('ramp', 66, 0.2), step('hold', 66, 1)], events: [] },
]
const HOTTEST = { fermentation: 50, mash: 110 }

export class Profiles {
  constructor({ world, refuse, publish, vesselOf, isEmpty }) {
    Object.assign(this, { world, refuse, publish, vesselOf })
    const at = this.#iso(world.now - 90 * 24 * HOUR)
    this.profiles = isEmpty ? [] : EXAMPLES.map((one) => ({ ...one, revision: 1, created_at: at, updated_at: at }))
    this.courses = new Map()
  }

  routes() {
    const page = (items) => ({ items, next: null })
    return [
      ['GET', /^\/profiles$/, () => page(this.profiles)],
      ['POST', /^\/profiles$/, (_parts, _query, body) => this.#add(body)],
      ['GET', /^\/profiles\/forms$/, () => page([{ name: 'brewpi_csv', title: 'BrewPi, table of dates' }])],
      ['POST', /^\/profiles\/import$/, (_parts, _query, body) => this.#read(body)],
      ['POST', /^\/profiles\/curve$/, (_parts, _query, { profile, start }) => this.#curve(profile, Date.parse(start))],
      ['GET', /^\/profiles\/([^/]+)$/, ([id]) => this.#of(id)],
      ['PUT', /^\/profiles\/([^/]+)$/, ([id], _query, body, _origin, seen) => this.#change(id, body, seen)],
      ['DELETE', /^\/profiles\/([^/]+)$/, ([id]) => this.#remove(id)],
      ['GET', /^\/vessels\/([^/]+)\/course$/, ([id]) => this.#course(id)],
      ['PUT', /^\/vessels\/([^/]+)\/course$/, ([id], _query, { steps, events }) => this.#edit(id, (course) => ({ ...course, profile: { ...course.profile, steps, events } }))],
      ['POST', /^\/vessels\/([^/]+)\/course\/(pause|resume)$/, ([id, act]) => this.#edit(id, (course) => ({ ...course, paused: act === 'pause' }))],
    ]
  }

  /** Has a vessel follow a profile from `start`, or from now on. */
  follow(vessel, { profile, start }) {
    const found = this.profiles.find((one) => one.id === profile)
    if (!found) throw this.refuse(422, 'There is no such profile.', '/profile')
    this.courses.set(vessel.id, { profile: structuredClone(found), start: start ? Date.parse(start) : this.world.now, paused: false })
    return found.steps[0].temperature
  }

  #iso(ms) {
    return new Date(ms).toISOString()
  }

  #of(id) {
    const found = this.profiles.find((one) => one.id === id)
    if (!found) throw this.refuse(404, 'There is no such profile.')
    return found
  }

  #faults({ type, steps, name = 'x' }) {
    const hot = steps.flatMap(({ temperature }, i) => (temperature > HOTTEST[type] ? [{ where: `/steps/${i}/temperature`, message: `${temperature} °C is above ${HOTTEST[type]} °C, which is no ${type} temperature.` }] : []))
    return [...(name.trim() ? [] : [{ where: '/name', message: 'Give the profile a name.' }]), ...hot]
  }

  #add(body) {
    this.#check(body)
    const id = body.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
    const at = this.#iso(this.world.now)
    const made = { ...body, id, revision: 1, created_at: at, updated_at: at }
    this.profiles.push(made)
    this.publish('changes', { what: 'profile', id, action: 'created', revision: 1 })
    return made
  }

  #check(body) {
    const [fault] = this.#faults(body)
    if (fault) throw this.refuse(422, fault.message, fault.where)
  }

  #change(id, body, seen) {
    const found = this.#of(id)
    this.#check(body)
    if (seen !== null && seen !== found.revision) throw this.refuse(409, 'Somebody was faster.', null, found)
    Object.assign(found, body, { revision: found.revision + 1 })
    this.publish('changes', { what: 'profile', id, action: 'updated', revision: found.revision })
    return found
  }

  #remove(id) {
    this.profiles = this.profiles.filter((one) => one !== this.#of(id))
    this.publish('changes', { what: 'profile', id, action: 'deleted' })
    return null
  }

  #read({ text, name }) {
    if (!text.includes(',')) throw this.refuse(422, 'This is no profile of a form that is known here.', '/text')
    return { form: 'brewpi_csv', profile: { ...structuredClone(EXAMPLES[0]), name: name || 'Imported' }, start: null, complaints: [] }
  }

  #legs({ steps }, start) {
    let [t, here] = [start, steps[0]?.temperature ?? 0]
    return steps.map(({ kind, temperature, hours, until }) => {
      const end = until ? Math.max(t, Date.parse(until)) : hours === null ? (kind === 'hold' ? null : t) : t + hours * HOUR
      const leg = { start: t, end, from: kind === 'ramp' ? here : temperature, to: temperature }
      ;[t, here] = [end ?? t, temperature]
      return leg
    })
  }

  #curve(profile, start) {
    const faults = this.#faults(profile).filter(({ where }) => where !== '/name')
    if (faults.length) return { t: [], setpoint: [], milestones: [], events: [], faults }
    const legs = this.#legs(profile, start)
    const corners = legs.flatMap(({ start, end, from, to }) => [[start, from], ...(end === null ? [] : [[end, to]])])
    return { t: corners.map(([t]) => t), setpoint: corners.map(([, c]) => c), milestones: legs.map(({ start, end }, i) => ({ step: i, begins: start, reached: start, ends: end })), events: profile.events.map(({ hours, text }) => ({ t: start + hours * HOUR, text })), faults: [] }
  }

  #course(id) {
    const course = this.courses.get(id)
    const vessel = this.vesselOf(id)
    if (!course || vessel.wish.mode !== 'profile') throw this.refuse(404, `${vessel.name} follows no profile.`)
    const { now } = this.world
    const at = this.#legs(course.profile, course.start).findLastIndex(({ start }) => start <= now)
    const { t, setpoint, milestones, events } = this.#curve(course.profile, course.start)
    const here = vessel.held.value ?? setpoint[0]
    return { vessel: id, profile: course.profile, start: this.#iso(course.start), pauses: course.paused ? [{ start: this.#iso(now), end: null }] : [], paused: course.paused, now: { t: now, setpoint: here, step: at < 0 ? null : at, step_ends: milestones[at]?.ends ?? null }, curve: { t, setpoint }, milestones, events, revision: vessel.wish.revision }
  }

  #edit(id, change) {
    const course = this.courses.get(id)
    if (!course) throw this.refuse(404, 'No profile is followed here.')
    this.courses.set(id, change(course))
    this.vesselOf(id).wish.revision += 1
    return this.#course(id)
  }
}
