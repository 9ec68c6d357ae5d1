import { schemaForm as words } from '../text/arrange'
import { fixed, round, typed } from '../units/round'
import { differenceFromCelsius, type TemperatureUnit, unitSign } from '../units/temperature'

/** One setting as a form draws it. */
export interface SchemaField {
  name: string
  title: string
  description: string
  unit: string
  /** How many of the unit that is shown make one of that which is stored. */
  scale: number
  kind: 'number' | 'integer' | 'choice' | 'switch' | 'text' | 'lines' | 'secret' | 'unknown'
  choices: readonly string[]
  /** What it is when nobody says otherwise. */
  usual: unknown
  /** It may be left out altogether. */
  optional: boolean
  bounds: Bounds
}

export interface Bounds {
  least?: number
  greatest?: number
  /** The ends themselves are not allowed. */
  above?: number
  below?: number
  shortest?: number
  longest?: number
  pattern?: string
}

/** How a server tells a secret that it keeps; sent back like this, it stays. */
export const KEPT = '•••'

/** What one typed: the value it stands for, or what is wrong with it. */
export type Judged = { value: unknown } | { error: string }

type Schema = Record<string, unknown>

/**
 * The fields of settings that a JSON Schema (draft 2020-12) describes, in its order. Understands what the server writes:
 * an object of numbers, texts, texts of several lines, secrets, switches and choices, behind references or beside null; of anything else the kind is
 * "unknown". A unit is `x-unit`, or what stands behind the last comma of a title. Differences of temperatures, in K, are
 * shown in the person's unit.
 */
export function fieldsOf(schema: Schema, person: TemperatureUnit = 'C'): SchemaField[] {
  const root = resolved(schema, schema)
  const required = new Set(asList(root['required']).map(String))
  return Object.entries(asSchema(root['properties'])).map(([name, found]) => fieldOf(name, asSchema(found), { root: schema, isRequired: required.has(name), person }))
}

function fieldOf(name: string, found: Schema, { root, isRequired, person }: { root: Schema; isRequired: boolean; person: TemperatureUnit }): SchemaField {
  const { schema, isNullable } = withoutNull(resolved(found, root), root)
  const { title, unit } = titled(text(found['title']) || text(schema['title']) || name.replaceAll('_', ' '), text(found['x-unit']) || text(schema['x-unit']))
  return {
    name,
    title,
    ...measure(unit, person),
    description: text(found['description']) || text(schema['description']),
    kind: kindOf(schema),
    choices: asList(schema['enum']).map(String),
    usual: 'default' in found ? found['default'] : schema['default'],
    optional: !isRequired || isNullable,
    bounds: boundsOf(schema),
  }
}

/** What a value of settings looks like in its field; the usual one where none is set. */
export function textOf(field: SchemaField, values: Schema): string {
  const value = field.name in values ? values[field.name] : field.usual
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return plain(scaled(value, field.scale))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Reads what a person typed. An empty optional field means that nothing is set. */
export function judge(field: SchemaField, entered: string): Judged {
  const trimmed = entered.trim()
  const isText = TEXTS.has(field.kind)
  if (trimmed === '' && !isText) return field.optional ? { value: undefined } : { error: words.missing }
  if (field.kind === 'number' || field.kind === 'integer') return judgeNumber(field, trimmed)
  if (field.kind === 'switch') return { value: trimmed === 'true' }
  return isText ? judgeText(field, trimmed) : { value: trimmed }
}

/** "0.1 to 50 · usually 5": bounds and default in half a sentence. */
export function hintOf(field: SchemaField): string {
  const usual = field.kind === 'lines' || field.usual === undefined || field.usual === null || field.usual === '' ? '' : words.usually(usualSaid(field))
  return [field.description, range(field), usual].filter(Boolean).join(' · ')
}

/** How a choice is said: "fixed_output" is "fixed output". */
export function choiceSaid(choice: string): string {
  return choice.replaceAll('_', ' ')
}

function usualSaid(field: SchemaField): string {
  if (field.kind === 'switch') return field.usual === true ? words.yes : words.no
  const usual = textOf(field, {})
  return field.kind === 'choice' ? choiceSaid(usual) : usual
}

function judgeNumber(field: SchemaField, entered: string): Judged {
  const number = typed(entered)
  if (number === null) return { error: words.notANumber }
  const value = field.scale === 1 ? number : round(number / field.scale, 6)
  if (field.kind === 'integer' && !Number.isInteger(value)) return { error: words.notWhole }
  return isInside(value, field.bounds) ? { value } : { error: capital(range(field)) }
}

function isInside(value: number, { least = -Infinity, greatest = Infinity, above, below }: Bounds): boolean {
  const isApart = (above === undefined || value > above) && (below === undefined || value < below)
  return value >= least && value <= greatest && isApart
}

function judgeText(field: SchemaField, entered: string): Judged {
  if (entered === '' && field.optional) return { value: undefined }
  const error = textFault(entered, field.bounds)
  return error === null ? { value: entered } : { error }
}

function textFault(entered: string, bounds: Bounds): string | null {
  const { shortest, longest = Infinity, pattern = '' } = bounds
  if (shortest !== undefined && entered.length < shortest) return entered ? words.tooShort(shortest) : words.missing
  if (entered.length > longest) return words.tooLong(longest)
  return new RegExp(pattern, 'u').test(entered) ? null : words.wrongForm
}

function range({ bounds, scale }: SchemaField): string {
  const { least, greatest, above, below } = shownBounds(bounds, scale)
  if (least !== undefined && greatest !== undefined) return words.between(plain(least), plain(greatest))
  const parts = [
    least === undefined ? '' : words.atLeast(plain(least)),
    above === undefined ? '' : words.above(plain(above)),
    greatest === undefined ? '' : words.atMost(plain(greatest)),
    below === undefined ? '' : words.below(plain(below)),
  ]
  return parts.filter(Boolean).join(', ')
}

function shownBounds({ least, greatest, above, below }: Bounds, scale: number): Bounds {
  const known = Object.entries({ least, greatest, above, below }).filter((bound): bound is [string, number] => bound[1] !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name, scaled(value, scale)]))
}

function scaled(value: number, scale: number): number {
  return scale === 1 ? value : round(value * scale, 4)
}

/** Differences are stored in K; people think in degrees. */
function measure(unit: string, person: TemperatureUnit): { unit: string; scale: number } {
  if (unit !== 'K' && unit !== 'K/h') return { unit, scale: 1 }
  return { unit: unit.replace('K', unitSign(person)), scale: differenceFromCelsius(1, person) }
}

function boundsOf(schema: Schema): Bounds {
  const found: [keyof Bounds, unknown][] = [
    ['least', schema['minimum']],
    ['greatest', schema['maximum']],
    ['above', schema['exclusiveMinimum']],
    ['below', schema['exclusiveMaximum']],
    ['shortest', schema['minLength']],
    ['longest', schema['maxLength']],
  ]
  const numbers = Object.fromEntries(found.filter(([, value]) => typeof value === 'number')) as Bounds
  return typeof schema['pattern'] === 'string' ? { ...numbers, pattern: schema['pattern'] } : numbers
}

const TEXTS: ReadonlySet<SchemaField['kind']> = new Set(['text', 'lines', 'secret'])
/** More characters than this are no line any more. */
const LINE = 1000
const KINDS: Record<string, SchemaField['kind']> = { number: 'number', integer: 'integer', boolean: 'switch', string: 'text' }

function kindOf(schema: Schema): SchemaField['kind'] {
  if (asList(schema['enum']).length > 0) return 'choice'
  const kind = KINDS[text(schema['type'])] ?? 'unknown'
  if (kind !== 'text') return kind
  if (schema['writeOnly'] === true) return 'secret'
  return isLong(schema) ? 'lines' : 'text'
}

/** A text that may be long and has no form of its own is written in several lines. */
function isLong(schema: Schema): boolean {
  return typeof schema['maxLength'] === 'number' && schema['maxLength'] > LINE && schema['pattern'] === undefined
}

/** "Rest, minutes" has its unit in the title, where no `x-unit` tells it. */
function titled(title: string, unit: string): { title: string; unit: string } {
  const found = TAIL.exec(title)
  if (!found) return { title, unit }
  const rest = found[2] ? `, ${found[2]}` : ''
  return { title: title.slice(0, found.index) + rest, unit: unit || (UNITS.get(found[1] ?? '') ?? '') }
}

const UNITS = new Map([
  ['°C', 'K'],
  ['hours', 'h'],
  ['minutes', 'min'],
  ['seconds', 's'],
  ['°C per hour', 'K/h'],
  ['percent', '%'],
])

/** Where a title tells its unit: "Band, °C to either side". */
const TAIL = /, (°C per hour|°C|hours|minutes|seconds|percent)(?: (.*))?$/u

function withoutNull(schema: Schema, root: Schema): { schema: Schema; isNullable: boolean } {
  const options = asList(schema['anyOf']).map((one) => resolved(asSchema(one), root))
  const real = options.filter((one) => one['type'] !== 'null')
  const only = real[0]
  if (options.length > 0 && real.length === 1 && only) return { schema: { ...schema, ...only }, isNullable: options.length > 1 }
  return { schema, isNullable: false }
}

function resolved(schema: Schema, root: Schema): Schema {
  const target = text(schema['$ref'])
  if (!target.startsWith('#/')) return schema
  const found = target.slice(2).split('/').reduce<unknown>((at, part) => asSchema(at)[part], root)
  return { ...asSchema(found), ...Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$ref')) }
}

function plain(value: number): string {
  const decimals = (/\.(\d+)$/.exec(String(value))?.[1] ?? '').length
  return Math.abs(value) < 1e21 ? fixed(value, Math.min(decimals, 10)) : String(value)
}

function capital(sentence: string): string {
  return sentence && `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {}
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
