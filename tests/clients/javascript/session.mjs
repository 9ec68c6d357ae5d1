/**
 * What a program does with the packed client at a real server. Tells what it found as lines of JSON, [what, value]; after
 * "restart" the server is to be started anew, and standard input to say when it is there.
 */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Krausen, Problem, Refusal } from 'krausen-client'

const [base, token] = process.argv.slice(2)
/** A name that has to be escaped in an address. */
const SHELF = 'shelf #1 & 100%?'
const PATIENCE = 1500
const PAUSE_MS = 20
const tell = (what, value = null) => process.stdout.write(`${JSON.stringify([what, value])}\n`)

async function until(isSo, what) {
  for (let n = 0; n < PATIENCE; n += 1) {
    if (isSo()) return
    await pause(PAUSE_MS)
  }
  throw new Error(`This did not come about: ${what}.`)
}

/** What a refusal or a problem was. */
const refusalOf = (promise) =>
  promise.then(
    () => 'done',
    (failure) => (failure instanceof Refusal ? [failure.error, failure.message] : failure instanceof Problem ? [failure.status, failure.message] : Promise.reject(failure)),
  )

async function calls(krausen) {
  tell('who', (await krausen.me()).role)
  const path = { key: 'shelf.colour' }
  await krausen.put('/settings/{key}', { path, body: { value: { hue: 'green' } } })
  tell('setting', (await krausen.get('/settings/{key}', { path })).value)
  tell('stale', (await refusalOf(krausen.put('/settings/{key}', { path, body: { value: 1 }, seen: 9 })))[0])
  const row = (node, celsius) => ({ adapter: SHELF, node, timestamp: '2026-05-01T18:30:00Z', data: { temperature: celsius } })
  tell('taken', await krausen.post('/measurements', { body: [row('tank-1', 18.25), row('tank-2', 4)] }))
  const series = await krausen.all('/series', { query: { adapter: SHELF } })
  tell('series', series.map(({ node, metric }) => `${node} ${metric}`))
  const answer = await krausen.get('/export', { query: { series: series.map(({ id }) => id), format: 'csv' } })
  tell('export', await answer.text())
  tell('adapter', (await krausen.get('/adapters/{name}', { path: { name: SHELF } })).name)
  tell('unknown', await refusalOf(krausen.get('/vessels/{id}', { path: { id: 'nobody' } })))
}

/** A connection that keeps what it hears of the channel `talk`, and can be cut. */
function listening(krausen) {
  const told = { heard: [], gaps: [], refusals: [], states: [] }
  let socket
  const live = krausen.live({
    channels: ['agents'],
    connect: (url) => (socket = new WebSocket(url)),
    onGap: (channel) => told.gaps.push(channel),
    onRefusal: (detail) => told.refusals.push(detail),
    onState: (state) => told.states.push(state),
  })
  live.on('talk', (message, frame) => told.heard.push({ message, by: frame.by, published: frame.published, seq: frame.seq }))
  live.open()
  return { live, told, cut: () => socket.close() }
}

async function channels(krausen) {
  const { live, told, cut } = listening(krausen)
  const heard = (count) => until(() => told.heard.length >= count, `${count} messages on talk`)
  const opened = () => until(() => live.state === 'open', 'an open connection')

  await opened()
  await live.publish('talk', { n: 1 })
  await heard(1)
  tell('published', told.heard[0])
  tell('not allowed', await refusalOf(live.publish('changes', 1)))
  tell('not there', await refusalOf(live.publish('nowhere', 1)))
  live.subscribe('nowhere')
  await until(() => told.refusals.length, 'a refusal')
  tell('not heard', told.refusals)

  cut()
  await until(() => live.state === 'waiting', 'a lost connection')
  await krausen.post('/channels/{name}', { path: { name: 'talk' }, body: { n: 2 } })
  live.hurry()
  await heard(2)
  tell('resumed', { message: told.heard[1].message, gaps: told.gaps.filter((channel) => channel === 'talk') })

  told.states.length = 0
  tell('restart')
  await once(process.stdin, 'data')
  process.stdin.destroy()
  await until(() => told.states.includes('waiting'), 'a server that is gone')
  live.hurry()
  await until(() => told.gaps.includes('talk'), 'a gap')
  await opened()
  await live.publish('talk', { n: 3 })
  await heard(3)
  const epochs = new Set(told.heard.map(({ seq }) => seq.split('.').slice(0, -1).join('.')))
  tell('after the restart', { message: told.heard[2].message, gap: told.gaps.includes('talk'), epochs: epochs.size })
  live.close()
}

/** A token that is none: it is not tried for ever. */
async function strangers() {
  const reasons = []
  const live = new Krausen({ base, token: 'krs_nobody' }).live({ onState: (state, _, why) => why && reasons.push([state, why]) })
  live.open()
  await until(() => live.state === 'closed', 'an end')
  tell('stranger', reasons)
}

const krausen = new Krausen({ base, token })
await calls(krausen)
await strangers()
await channels(krausen)
tell('over')
