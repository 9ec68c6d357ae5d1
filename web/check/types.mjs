/**
 * Draws the types of the JavaScript client from the server's description in clients/openapi.json, or from that of a
 * running server whose address KRAUSEN_OPENAPI tells: `npm run types`. Only what the client uses, and what that is made
 * of. With `--check` nothing is written, but types that are not current are refused.
 */
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const KEPT = new URL('../../clients/openapi.json', import.meta.url)
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
  'ImportReport',
  'BatchWish',
  'ReportBody',
  'CorrectionWish',
  'CorrectionBody',
  'AgentBody',
  'AgentWish',
  'NewAgent',
  'ProcessList',
  'DeviceBody',
  'DevicePatch',
  'ChamberBody',
  'ChamberWish',
  'ChamberPatch',
  'AlgorithmBody',
  'VesselWish',
  'VesselPatch',
  'UserBody',
  'UserWish',
  'UserPatch',
  'TokenBody',
  'TokenWish',
  'NewToken',
  'SettingBody',
  'EntryBody',
  'SetupState',
  'FirstAdmin',
  'AdapterBody',
  'Node',
  'Metric',
  'RegularityBody',
  'SeriesRegularityBody',
  'DoorBody',
  'DoorPatch',
  'ControllerBody',
  'ControllerDetail',
  'ControllerPatch',
  'ControllerWish',
  'NewController',
  'ControllerKindBody',
  'LineBody',
  'IoDevice',
  'Assignment',
  'ParametersBody',
  'ResetWish',
  'Adoption',
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

async function described() {
  const address = process.env.KRAUSEN_OPENAPI
  if (!address) return JSON.parse(await readFile(KEPT, 'utf8'))
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`)
  return answer.json()
}

const { openapi, info, components } = await described()
const description = { openapi, info, paths: {}, components: { schemas: needed(components.schemas, USED) } }
const types = astToString(await openapiTS(description, { alphabetize: true, defaultNonNullable: false }))
const part = types.slice(types.indexOf('export interface components'), types.indexOf('export type $defs'))
// Shapes alone: what they mean is written in the description, and better words there do not make these stale.
const trimmed = part.replace(/ *\/\*\*[\s\S]*?\*\/\n/g, '').replace(/\n {4}(responses|parameters|requestBodies|headers|pathItems): never;/g, '')
const text = `/* Drawn from the server's description by \`npm run types\` in web/. Not to be edited. */\n\n${trimmed.trim()}\n`

if (!process.argv.includes('--check')) {
  await writeFile(TARGET, text)
} else if ((await readFile(TARGET, 'utf8')) === text) {
  console.log('Types: the client knows what the server describes.')
} else {
  console.error('clients/javascript/src/openapi.ts is not what clients/openapi.json describes: run `npm run types` in web/.')
  process.exit(1)
}
