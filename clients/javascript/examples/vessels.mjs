/**
 * Tells how the vessels stand and, asked to, has one hold a temperature.
 *
 *     node vessels.mjs http://brewery:8080 krs_…
 *     node vessels.mjs http://brewery:8080 krs_… 'Fermenter 1' 18.5
 */
import { Krausen, Problem, Unreachable } from 'krausen-client'

const [base, token, name, celsius] = process.argv.slice(2)
const krausen = new Krausen({ base, token })

/** A vessel as a line. */
function line({ name, requested, observed }) {
  const beer = observed.beer === null ? 'no reading' : `${observed.beer.toFixed(1)} °C`
  const wish = requested.value === null ? requested.mode : `${requested.mode} at ${requested.value} °C`
  return `${name}: ${beer}, asked for ${wish}`
}

async function main() {
  const vessels = await krausen.all('/vessels')
  if (name === undefined) return vessels.map(line)
  const vessel = vessels.find((one) => one.name === name)
  if (!vessel) return [`There is no vessel ${name}.`]
  // With the revision that we saw, somebody else's newer wish is not overruled: the server answers 409.
  const body = { mode: 'beer', value: Number(celsius), revision: vessel.requested.revision, reason: 'From a script' }
  return [line(await krausen.put('/vessels/{id}/setpoint', { path: { id: vessel.id }, body }))]
}

try {
  for (const said of await main()) process.stdout.write(`${said}\n`)
} catch (failure) {
  if (!(failure instanceof Problem || failure instanceof Unreachable)) throw failure
  process.stderr.write(`${failure.message}\n`)
  process.exitCode = 1
}
