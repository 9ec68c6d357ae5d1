/**
 * Draws the types of the JavaScript client from the server's description in clients/openapi.json, or from that of a
 * running server whose address KRAUSEN_OPENAPI tells: `npm run types`. Besides the shapes there is one more, `Calls`: by
 * path and method what each call takes and answers. With `--check` nothing is written, but types that are not current
 * are refused.
 */
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'

const KEPT = new URL('../../clients/openapi.json', import.meta.url)
const TARGET = new URL('../../clients/javascript/src/openapi.ts', import.meta.url)
const PREFIX = '/api/v1'
const JSON_TYPE = 'application/json'

/** What the client is made of beside JSON: written as the type that it has in JavaScript. */
const NOTHING = { 'x-type': 'undefined' }
const ANSWER = { 'x-type': 'Response' }
const FILE = { 'x-type': 'Blob' }

/** The only comments that are kept: what a call does. */
const TOLD = '@description Call: '

async function described() {
  const address = process.env.KRAUSEN_OPENAPI
  if (!address) return JSON.parse(await readFile(KEPT, 'utf8'))
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`)
  return answer.json()
}

function object(properties, required = Object.keys(properties)) {
  return { type: 'object', properties, required }
}

function callsOf(paths) {
  const below = Object.entries(paths).map(([path, item]) => [path.replace(PREFIX, ''), object(mapped(item, callOf))])
  return object(Object.fromEntries(below))
}

/** What a call takes, in the words of the client (`seen` is the revision in If-Match), and what it answers. */
function callOf(operation) {
  const from = (place) => (operation.parameters ?? []).filter((one) => one.in === place)
  const headers = from('header').map((one) => one.name)
  const strange = headers.filter((name) => name !== 'If-Match')
  if (strange.length) throw new Error(`The client has no word for the header ${strange[0]} of ${operation.operationId}.`)
  const body = operation.requestBody
  const parts = {
    ...parametersOf('path', from('path')),
    ...parametersOf('query', from('query')),
    ...(headers.length ? { seen: { type: 'integer' } } : {}),
    ...(body ? { body: contentOf(body.content, FILE) } : {}),
    answer: answerOf(operation.responses),
  }
  const isNeeded = { path: true, query: from('query').some((one) => one.required), body: body?.required, answer: true }
  const shape = object(parts, Object.keys(parts).filter((name) => isNeeded[name]))
  return { ...shape, description: `Call: ${operation.summary}.` }
}

function parametersOf(place, parameters) {
  if (!parameters.length) return {}
  const schemas = Object.fromEntries(parameters.map((one) => [one.name, one.schema]))
  return { [place]: object(schemas, parameters.filter((one) => one.required).map((one) => one.name)) }
}

function contentOf(content, other) {
  return content[JSON_TYPE] ? (content[JSON_TYPE].schema ?? {}) : other
}

function answerOf(responses) {
  const done = Object.keys(responses).filter((status) => status.startsWith('2'))
  const shapes = done.map((status) => (status === '204' ? NOTHING : contentOf(responses[status].content ?? {}, ANSWER)))
  const different = [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()]
  return different.length === 1 ? different[0] : { anyOf: different }
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
}

function typeOf(schema) {
  return schema['x-type'] && ts.factory.createTypeReferenceNode(schema['x-type'])
}

const { openapi, info, components, paths } = await described()
if (components.schemas.Calls) throw new Error('The description has a schema Calls, which is what the client calls its calls.')
const schemas = { ...components.schemas, Calls: callsOf(paths) }
const tree = await openapiTS({ openapi, info, paths: {}, components: { schemas } }, { alphabetize: true, defaultNonNullable: false, transform: typeOf })
const types = astToString(tree)
const part = types.slice(types.indexOf('export interface components'), types.indexOf('export type $defs'))
// Of shapes the shape alone: what they mean is written in the description, and better words there do not make these stale.
const trimmed = part
  .replace(/ *\/\*\*[\s\S]*?\*\/\n/g, (comment) => (comment.includes(TOLD) ? comment.replace(TOLD, '') : ''))
  .replace(/\n {4}(responses|parameters|requestBodies|headers|pathItems): never;/g, '')
const text = `/* Drawn from the server's description by \`npm run types\` in web/. Not to be edited. */\n\n${trimmed.trim()}\n`

if (!process.argv.includes('--check')) {
  await writeFile(TARGET, text)
} else if ((await readFile(TARGET, 'utf8')) === text) {
  console.log('Types: the client knows what the server describes.')
} else {
  console.error('clients/javascript/src/openapi.ts is not what clients/openapi.json describes: run `npm run types` in web/.')
  process.exit(1)
}
