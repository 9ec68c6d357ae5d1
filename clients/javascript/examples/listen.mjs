/**
 * Tells every fresh reading, by the name of its series, and every alarm.
 *
 *     node listen.mjs http://brewery:8080 krs_…
 *
 * It ends with Ctrl-C, or after as many readings as a third word says. A server that is away is waited for. Node before 22
 * has a WebSocket only when it is asked for: `node --experimental-websocket listen.mjs …`.
 */
import { Krausen } from 'krausen-client'

const [base, token, most = '1000000000'] = process.argv.slice(2)
const krausen = new Krausen({ base, token })
const say = (text) => process.stdout.write(`${text}\n`)
const names = new Map()
let told = 0

/** Readings are told by the id of their series; what it is called is asked for when a new one comes. */
async function nameOf(id) {
  if (!names.has(id)) {
    for (const { id: one, adapter, node, metric } of await krausen.all('/series')) names.set(one, `${adapter} ${node} ${metric}`)
  }
  return names.get(id) ?? id
}

async function tell({ series, t, v }) {
  const name = await nameOf(series)
  if (told < Number(most)) say(`${new Date(t).toISOString().slice(11, 19)} ${name} ${v}`)
  told += 1
  if (told >= Number(most)) live.close()
}

const live = krausen.live({
  onState: (state, pauseMs, why) => {
    if (state === 'waiting') process.stderr.write(`${why || 'The server is away.'} Next try in ${(pauseMs / 1000).toFixed(1)} s.\n`)
    if (state === 'closed' && why) process.stderr.write(`${why}\n`)
  },
  onGap: (channel) => say(`Something was missed on ${channel}.`),
})

// What was published is somebody's word, not the server's: it is left out here.
live.on('data', (message, frame) => {
  if (!frame.published) message.readings?.forEach((reading) => void tell(reading))
})
live.on('alarms', ({ event, alarm }, frame) => {
  if (!frame.published) say(`${alarm.priority} ${event}: ${alarm.title}`)
})
live.open()
