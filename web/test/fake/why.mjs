/** Why the made-up brewery heated and cooled, read off what its outputs did. Not part of the product. */

const HOUR_MS = 3_600_000
const REACH = 4000
const iso = (ms) => (ms === undefined || ms === null ? null : new Date(ms).toISOString())

export function reasonRoutes({ world, vesselOf, refuse, isEmpty }) {
  return [
    ['GET', /^\/vessels\/([^/]+)\/why$/, ([id], query) => explain(reasonsOf(vesselOf(id), isEmpty), query.has('at') ? timeOf(query.get('at')) : world.now, refuse, vesselOf(id))],
    ['GET', /^\/vessels\/([^/]+)\/reasons$/, ([id], query) => listed(reasonsOf(vesselOf(id), isEmpty), query)],
  ]
}

const timeOf = (text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text))

/** A reason for every change of the two outputs, oldest first. */
function reasonsOf(vessel, isEmpty) {
  const { heat, cool, beer } = { heat: vessel.own.heat, cool: vessel.own.cool, beer: vessel.probes.beer }
  if (isEmpty || !heat) return []
  const found = []
  let before = ''
  for (let i = Math.max(0, heat.t.length - REACH); i < heat.t.length; i += 1) {
    const now = `${heat.v[i]} ${cool.v[i]}`
    if (now === before) continue
    before = now
    found.push(reasonAt(heat.t[i], heat.v[i], cool.v[i], valueAt(beer, heat.t[i]), vessel.wish.value ?? 19))
  }
  return found
}

function reasonAt(at, heat, cool, beer, setpoint) {
  const off = (beer - setpoint).toFixed(1).replace('-', '')
  const side = beer < setpoint ? 'below' : 'above'
  const act = heat ? 'heat until it is reached.' : cool ? 'cool until it is reached.' : 'nothing is needed yet.'
  return { at, heat: heat ? 0.28 : 0, cool: cool ? 1 : 0, why: [`The beer is ${off} °C ${side} the setpoint of ${setpoint.toFixed(1)} °C; ${act}`], observed: { heat: heat > 0, cool: cool > 0 }, occasion: 'change' }
}

function valueAt(series, t) {
  let low = 0
  let high = series.t.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (series.t[middle] <= t) low = middle
    else high = middle - 1
  }
  return series.v[low] ?? 19
}

function explain(reasons, at, refuse, vessel) {
  const n = reasons.findLastIndex((one) => one.at <= at)
  if (n < 0 || at - reasons[n].at > 12 * HOUR_MS) throw refuse(404, `Nothing is known of ${vessel.name} then: ${reasons.length ? 'its agent was not at work.' : 'its agent has not told anything yet.'}`)
  return { ...reasons[n], at: iso(reasons[n].at), until: iso(reasons[n + 1]?.at), earlier: iso(reasons[n - 1]?.at), later: iso(reasons[n + 1]?.at) }
}

function listed(reasons, query) {
  const to = query.has('to') ? timeOf(query.get('to')) : Infinity
  const items = reasons.filter((one) => one.at < to).reverse().slice(0, Number(query.get('limit') ?? 100))
  return { items: items.map((one) => ({ ...one, at: iso(one.at), until: null })), next: null }
}
