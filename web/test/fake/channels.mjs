/** The made-up brewery's channels, and its free settings. Not part of the product. */

const BUILTIN = { data: 'brewer', logs: 'brewer', alarms: 'brewer', changes: 'admin', agents: 'admin' }

export class Channels {
  constructor({ publish, refuse }) {
    Object.assign(this, { publish, refuse })
    this.channels = Object.entries(BUILTIN).map(([name, publish]) => ({ name, title: '', publish, builtin: true, revision: 1, created_at: null, updated_at: null }))
    this.settings = new Map([['site.name', 'Krausen']])
  }

  routes() {
    return [
      ['GET', /^\/channels$/, () => ({ items: this.channels, next: null })],
      ['POST', /^\/channels$/, (_parts, _query, body) => this.#declare(body)],
      ['DELETE', /^\/channels\/([^/]+)$/, ([name]) => this.#remove(name)],
      ['POST', /^\/channels\/([^/]+)$/, ([name], _query, message) => this.#say(name, message)],
      ['GET', /^\/settings$/, () => ({ items: [...this.settings].map(([key, value]) => ({ key, value, revision: 1 })), next: null })],
      ['PUT', /^\/settings\/([^/]+)$/, ([key], _query, { value }) => this.#keep(key, value)],
      ['DELETE', /^\/settings\/([^/]+)$/, ([key]) => this.#forget(key)],
    ]
  }

  #declare({ name, title, publish }) {
    if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) throw this.refuse(422, 'A channel has small letters, digits, dots and dashes.', '/name')
    if (this.channels.some((one) => one.name === name)) throw this.refuse(409, `There is a channel ${name} already.`, '/name')
    const made = { name, title, publish, builtin: false, revision: 1, created_at: null, updated_at: null }
    this.channels.push(made)
    this.#changed('channel', name, 'created')
    return made
  }

  #remove(name) {
    if (!this.channels.some((one) => one.name === name)) throw this.refuse(404, `There is no channel ${name}.`)
    this.channels = this.channels.filter((one) => one.name !== name)
    this.#changed('channel', name, 'deleted')
    return null
  }

  #say(name, message) {
    if (!this.channels.some((one) => one.name === name)) throw this.refuse(404, `There is no channel ${name}.`)
    const { channel, seq, time } = this.publish(name, message, 'Anna Andersen')
    return { channel, seq, time }
  }

  #keep(key, value) {
    this.settings.set(key, value)
    this.#changed('setting', key, 'updated')
    return { key, value, revision: 1 }
  }

  #forget(key) {
    this.settings.delete(key)
    this.#changed('setting', key, 'deleted')
    return null
  }

  #changed(what, id, action) {
    this.publish('changes', { what, id, action, by: 'Anna Andersen' })
  }
}
