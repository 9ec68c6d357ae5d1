/**
 * Draws the types of the JavaScript client from the description of a running server: `npm run types`, with
 * KRAUSEN_OPENAPI for another address. Only what the client uses, and what that is made of.
 */
import { writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const ADDRESS = process.env.KRAUSEN_OPENAPI ?? 'http://127.0.0.1:8080/api/v1/openapi.json'
const TARGET = new URL('../../clients/javascript/src/openapi.ts', import.meta.url)
const USED = [
  'Health',
  'Me',
  'Proof',
  'VesselBody',
  'WishBody',
  'SeriesBody',
  'LatestBody',
  'ReadingBody',
  'CurveBody',
  'BatchBody',
  'EventBody',
  'AgentBody',
]

/** The named schemas and all that they refer to. */
function needed(schemas, names) {
  const found = new Set()
  const visit = (name) => {
    if (found.has(name)) return
    if (!(name in schemas)) throw new Error(`The description has no schema ${name}: has it got another name?`)
    found.add(name)
    for (const [, other] of JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) visit(other)
  }
  names.forEach(visit)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => found.has(name)))
}

const answer = await fetch(ADDRESS)
if (!answer.ok) throw new Error(`${ADDRESS} answered ${answer.status}.`)
const { openapi, info, components } = await answer.json()
const description = { openapi, info, paths: {}, components: { schemas: needed(components.schemas, USED) } }
const types = astToString(await openapiTS(description, { alphabetize: true, defaultNonNullable: false }))
const part = types.slice(types.indexOf('export interface components'), types.indexOf('export type $defs'))
const trimmed = part.replace(/\n {4}(responses|parameters|requestBodies|headers|pathItems): never;/g, '')
await writeFile(TARGET, `/* Drawn from the server's description by \`npm run types\` in web/. Not to be edited. */\n\n${trimmed.trim()}\n`)
