/**
 * A stand-in for the server, for developing and testing the page: `npm run fake -- --port 8080 --vessels 4 --speed 100`.
 * Speaks the calls the page needs, serves a built page from --dist, and misbehaves on request. Not part of the product.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createGzip, gzipSync } from 'node:zlib'
import { WebSocketServer } from 'ws'
import { Alarms } from './alarms.mjs'
import { Brews } from './brews.mjs'
import { Chambers } from './chamber.mjs'
import { Channels } from './channels.mjs'
import { Controllers } from './controllers.mjs'
import { Doors } from './doors.mjs'
import { Logs } from './logs.mjs'
import { Plant } from './plant.mjs'
import { Profiles } from './profiles.mjs'
import { Streams } from './streams.mjs'
import { reasonRoutes } from './why.mjs'
import { World } from './world.mjs'

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    dist: { type: 'string', default: '' },
    vessels: { type: 'string', default: '1' },
    batches: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    role: { type: 'string', default: 'brewer' },
    /** slow | error | stale | away | filling | conflict | refuse | open | broken | managed | empty | doubtful */
    fault: { type: 'string', default: '' },
    now: { type: 'string', default: '' },
  },
})

/** What is slow or broken when asked to be so. */
const AFFLICTED = /^\/(vessels|doors|adapters|profiles|controllers|logs|channels|alarms|rules)/
const TICK_MS = 1000
const ANSWER_MS = 300
const SLOW_MS = 4000
const speed = Number(options.speed)
const fault = options.fault
const started = Date.now()
const origin = options.now ? Date.parse(options.now) : started
const nowOf = () => origin + (Date.now() - started) * speed
const world = new World({ now: origin, vessels: Number(options.vessels), batches: Number(options.batches) })
const epoch = started.toString(36)
let counted = 0
const held = []
const sockets = new Set()
const sessions = new Set()

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.map': 'application/json' }
const iso = (ms) => (ms === null || ms === undefined ? null : new Date(ms).toISOString())
const user = { id: 'u1', login: 'anna', name: 'Anna Andersen', role: options.role }

function told(vessel) {
  const stale = fault === 'stale'
  const at = iso(stale ? world.now - 12 * 60_000 : world.now)
  return {
    id: vessel.id,
    name: vessel.name,
    kind: vessel.kind,
    agent: vessel.agent,
    algorithm: vessel.algorithm,
    settings: vessel.settings,
    chamber: vessel.cabinet ?? null,
    revision: vessel.revision,
    limits: vessel.limits,
    roles: vessel.roles,
    batch: vessel.id === 'freezer20' && world.batches.length ? 'harvest' : null,
    requested: { ...vessel.wish, at: iso(vessel.wish.at) },
    accepted: { ...vessel.held, at: iso(vessel.held.at), ...vessel.answer },
    demanded: {
      heat: Math.max(0, vessel.wants),
      cool: Math.max(0, -vessel.wants),
      why: whyOf(vessel),
      at,
    },
    observed: {
      beer: newest(vessel.roles.beer),
      chamber: newest(vessel.roles.chamber),
      heat: vessel.on === 'heat',
      cool: vessel.on === 'cool',
      at,
      stale,
    },
  }
}

const newest = (id) => (world.series.get(id)?.v.length ? round(world.series.get(id).v.at(-1)) : null)
const round = (value) => Math.round((value ?? 0) * 100) / 100

function whyOf(vessel) {
  if (vessel.held.mode === 'off') return ['Control is off.']
  const error = vessel.beer - vessel.held.value
  return [`Beer is ${Math.abs(error).toFixed(2)} °C ${error < 0 ? 'below' : 'above'} its setpoint.`, vessel.on === null && Math.abs(error) > 0.12 ? 'Heater rests 3 min more.' : ''].filter(Boolean)
}

class Refusal extends Error {
  constructor(status, title, detail, extra = {}) {
    super(detail)
    Object.assign(this, { status, body: { type: 'about:blank', title, status, detail, errors: [], ...extra } })
  }
}

const missing = (what) => new Refusal(404, 'Not found', `There is no such ${what}.`)

function health() {
  const done = fault === 'filling' ? Math.min(1, (Date.now() - started) / 60_000 + 0.2) : 1
  return { status: 'ok', version: '0.1.0', time: iso(nowOf()), speed, zone: 'Europe/Copenhagen', demo: true, problems: [], filling: done < 1 ? { done } : null }
}

function seriesTold(series) {
  const last = series.t.length - 1
  return {
    id: series.id,
    adapter: series.adapter,
    node: series.node,
    metric: series.metric,
    unit: series.unit,
    first: iso(series.t[0]),
    last: iso(series.t[last]),
    count: series.t.length,
    latest: last < 0 ? null : { t: iso(series.t[last]), v: series.v[last], quality: 'good' },
    store: streams.storeOf(series),
  }
}

function chart(query) {
  const from = timeOf(query.get('from'))
  const to = timeOf(query.get('to'))
  const width = Number(query.get('width') ?? 1200)
  if (fault === 'error') throw new Refusal(503, 'Busy', 'The history is being mended. Readings are safe.')
  return { series: query.getAll('series').map((id) => columns(world.series.get(id), id, from, to, width)) }
}

const timeOf = (text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text))

function columns(series, id, from, to, width) {
  if (!series) throw missing('series')
  const gap_s = series.metric === 'gravity' ? 2700 : 400
  let first = series.t.findIndex((t) => t >= from)
  if (first < 0) first = series.t.length
  let end = first
  while (end < series.t.length && series.t[end] < to) end += 1
  if (end - first <= width) return { id, gap_s, t: series.t.slice(first, end), v: series.v.slice(first, end) }
  const step = Math.ceil((to - from) / width)
  const out = { id, gap_s, t: [], min: [], mean: [], max: [] }
  for (let i = first; i < end; ) {
    const bucket = Math.floor((series.t[i] - from) / step)
    const values = []
    for (; i < end && Math.floor((series.t[i] - from) / step) === bucket; i += 1) values.push(series.v[i])
    out.t.push(from + bucket * step)
    out.min.push(Math.min(...values))
    out.max.push(Math.max(...values))
    out.mean.push(Math.round((values.reduce((a, b) => a + b, 0) / values.length) * 1000) / 1000)
  }
  return out
}

function request(vessel, wish) {
  if (fault === 'refuse' || (wish.mode !== 'off' && wish.mode !== 'profile' && (wish.value > vessel.limits.max || wish.value < vessel.limits.min))) {
    throw new Refusal(422, 'Not possible', 'The wish is beyond the limits.', { errors: [{ where: '/value', message: `${wish.value} °C is not within this vessel’s limits of ${vessel.limits.min} to ${vessel.limits.max} °C.` }] })
  }
  if (fault === 'conflict' && !vessel.isDisputed) {
    vessel.isDisputed = true
    vessel.wish = { ...vessel.wish, revision: vessel.wish.revision + 1, value: 18, by: 'ben', reason: '', at: nowOf() }
  }
  if (wish.revision !== undefined && wish.revision !== vessel.wish.revision) {
    throw new Refusal(409, 'Stale', 'Somebody was faster.', { present: told(vessel) })
  }
  const followed = wish.mode === 'profile' ? profiles.follow(vessel, wish) : null
  const value = wish.mode === 'off' ? null : wish.mode === 'profile' ? followed : wish.unit === 'F' ? (wish.value - 32) / 1.8 : wish.value
  vessel.wish = { revision: vessel.wish.revision + 1, mode: wish.mode, value, profile: wish.profile ?? null, reason: wish.reason ?? '', by: user.name, at: nowOf() }
  vessel.answer = { state: 'waiting', detail: '' }
  setTimeout(() => {
    vessel.held = { ...vessel.wish }
    vessel.answer = { state: 'accepted', detail: '' }
    publish('data', { vessel: told(vessel) })
  }, ANSWER_MS)
  publish('data', { vessel: told(vessel) })
  return told(vessel)
}

const page = (items) => ({ items, next: null })
const vesselOf = (id) => world.vessels.find((vessel) => vessel.id === id) ?? thrown(missing('vessel'))
const thrown = (refusal) => {
  throw refusal
}

const ROUTES = [
  ['GET', /^\/vessels$/, () => page(world.vessels.map(told))],
  ['PUT', /^\/vessels\/([^/]+)\/setpoint$/, ([id], _query, body) => request(vesselOf(id), body)],
  ['GET', /^\/series$/, (_parts, query) => page([...world.series.values()].filter((one) => !query.has('adapter') || one.adapter === query.get('adapter')).map(seriesTold))],
  ['GET', /^\/series\/latest$/, () => page([...world.series.values()].map((one) => ({ ...seriesTold(one), t: iso(one.t.at(-1)), v: one.v.at(-1) })))],
  ['GET', /^\/chart$/, (_parts, query) => chart(query)],
]

/** A refusal that says what is wrong, where, and what stands there now. */
const refuse = (status, detail, where, present) => new Refusal(status, 'Not possible', detail, { errors: where ? [{ where, message: detail }] : [], ...(present ? { present: outside(present) } : {}) })
const controllers = new Controllers({ world, publish, refuse, isEmpty: fault === 'empty' })
const plant = new Plant({
  world,
  controllers,
  publish,
  managed: fault === 'managed',
  away: fault === 'away',
  refuse,
})
const streams = new Streams({ world, publish, refuse, isEmpty: fault === 'empty' })
const profiles = new Profiles({ world, publish, refuse, vesselOf, isEmpty: fault === 'empty' })
ROUTES.push(...new Chambers({ world, refuse, vesselOf, isEmpty: fault === 'empty', isDoubtful: fault === 'doubtful' }).routes())
const doors = new Doors({ world, publish, refuse, isEmpty: fault === 'empty' })
const logs = new Logs({ world, publish, refuse, isEmpty: fault === 'empty' })
ROUTES.push(...new Alarms({ world, publish, refuse, isEmpty: fault === 'empty' }).routes())
ROUTES.push(...logs.routes(), ...new Channels({ publish, refuse }).routes())
ROUTES.push(...reasonRoutes({ world, vesselOf, refuse, isEmpty: fault === 'empty' }))
ROUTES.push(...controllers.routes(), ...plant.routes(), ...new Brews({ world, refuse, publish }).routes(), ...streams.routes(), ...doors.routes(), ...profiles.routes())

/** Vessels as the world keeps them are told as the server tells them. */
const outside = (made) => (made && world.vessels.includes(made) ? told(made) : made)

async function answer(method, path, query, body, { cookie, origin, seen }) {
  if (path === '/health') return [200, health()]
  if (path === '/session' && method === 'POST') return signIn(body)
  if (fault !== 'open' && !sessions.has(cookie)) throw new Refusal(401, 'Not signed in', 'Sign in first.')
  if (path === '/session') return sessions.delete(cookie), [204, null]
  if (path === '/me') return [200, { user }]
  const isAfflicted = AFFLICTED.test(path)
  if (fault === 'slow' && isAfflicted) await new Promise((resume) => setTimeout(resume, SLOW_MS))
  if (fault === 'broken' && isAfflicted) throw new Refusal(503, 'Busy', 'The catalog is being mended.')
  for (const [wanted, pattern, act] of ROUTES) {
    const found = method === wanted && pattern.exec(path)
    if (!found) continue
    const made = outside(await act(found.slice(1).map(decodeURIComponent), query, body, origin, seen))
    return made === null ? [204, null] : [method === 'POST' ? 201 : 200, made]
  }
  throw missing('address')
}

function signIn(body) {
  if (body?.key !== 'demo' && !(body?.login === 'anna' && body?.password === 'secret')) throw new Refusal(401, 'Wrong', 'Name or password is not right.')
  const session = Math.random().toString(36).slice(2)
  sessions.add(session)
  return [201, { user }, { 'set-cookie': `krausen=${session}; HttpOnly; SameSite=Lax; Path=/` }]
}

const seenOf = (request) => /\d+/.exec(request.headers['if-match'] ?? '')?.[0]
const callOf = (request) => ({ cookie: cookieOf(request), origin: `http://${request.headers.host}`, seen: seenOf(request) === undefined ? null : Number(seenOf(request)) })
const cookieOf = (request) => /krausen=(\w+)/.exec(request.headers.cookie ?? '')?.[1]

async function bodyOf(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  const text = Buffer.concat(parts).toString()
  if (request.headers['content-type'] === 'application/octet-stream') return text
  return text ? JSON.parse(text) : undefined
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://fake')
  if (!url.pathname.startsWith('/api/')) return file(url.pathname, response)
  let status, body, headers
  try {
    ;[status, body, headers] = await answer(request.method, url.pathname.replace('/api/v1', ''), url.searchParams, await bodyOf(request), callOf(request))
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    ;[status, body] = [refusal.status, refusal.body]
  }
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip', 'cache-control': 'no-store', ...headers })
  response.end(status === 204 ? '' : gzipSync(JSON.stringify(body)))
})

/** As strict as the server's own: what is inline in the page, and nothing else from elsewhere. */
function policy() {
  const inline = /<script>([\s\S]*?)<\/script>/.exec(readFileSync(join(options.dist, 'index.html'), 'utf8'))?.[1] ?? ''
  const hash = createHash('sha256').update(inline).digest('base64')
  return `default-src 'self'; script-src 'self' 'sha256-${hash}'; style-src 'self'; img-src 'self' data:`
}

function file(path, response) {
  const wanted = join(options.dist, path)
  const found = extname(path) && existsSync(wanted) ? wanted : join(options.dist, 'index.html')
  response.writeHead(200, { 'content-type': TYPES[extname(found)] ?? 'application/octet-stream', 'content-encoding': 'gzip', 'content-security-policy': policy() })
  createReadStream(found).pipe(createGzip()).pipe(response)
}

new WebSocketServer({ server, path: '/api/v1/live' }).on('connection', (socket, request) => {
  if (fault !== 'open' && !sessions.has(cookieOf(request))) return socket.close(4401)
  socket.heard = new Set()
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  socket.on('message', (text) => heard(socket, JSON.parse(text)))
})

function heard(socket, frame) {
  for (const channel of frame.subscribe ?? []) socket.heard.add(channel)
  for (const channel of frame.unsubscribe ?? []) socket.heard.delete(channel)
  if (frame.ping !== undefined) socket.send(JSON.stringify({ pong: frame.ping }))
  if (!frame.since) return
  const [from, n] = frame.since.split('.')
  const missed = held.filter((one) => frame.subscribe.includes(one.channel) && Number(one.seq.split('.')[1]) > Number(n))
  if (from !== epoch) socket.send(JSON.stringify({ channel: frame.subscribe[0], gap: true }))
  else missed.forEach((one) => socket.send(JSON.stringify(one)))
}

function publish(channel, message, by) {
  counted += 1
  const frame = { channel, seq: `${epoch}.${counted}`, time: iso(nowOf()), message, ...(by ? { by, published: true } : {}) }
  held.push(frame)
  if (held.length > 1000) held.shift()
  for (const socket of sockets) if (socket.heard.has(channel)) socket.send(JSON.stringify(frame))
  return frame
}

setInterval(() => {
  if (fault === 'stale') return
  if (Math.random() < 0.4) logs.say(nowOf())
  const readings = [...world.live(nowOf()), ...streams.live(nowOf())]
  publish('data', { readings })
  for (const vessel of world.vessels) publish('data', { vessel: told(vessel) })
}, TICK_MS)

server.listen(Number(options.port), '127.0.0.1', () => console.log(`A made-up brewery on http://127.0.0.1:${options.port}`))
