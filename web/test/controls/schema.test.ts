import { describe, expect, test } from 'vitest'
import { choiceSaid, fieldsOf, hintOf, judge, type SchemaField, textOf } from '../../src/controls/schema'

const SCHEMA = {
  $ref: '#/$defs/Settings',
  $defs: {
    Settings: {
      title: 'Settings',
      type: 'object',
      required: ['address'],
      properties: {
        band_c: { title: 'Hysteresis, °C', type: 'number', minimum: 0.05, maximum: 5, default: 0.3 },
        rest: { title: 'Rest', 'x-unit': 'min', type: 'integer', exclusiveMinimum: 0, default: 60 },
        address: { title: 'Address', type: 'string', pattern: '^28-[0-9a-f]{12}$' },
        output: { $ref: '#/$defs/Output', default: 'heat' },
        soft: { type: 'boolean', default: false },
        most_c: { anyOf: [{ type: 'number', maximum: 50 }, { type: 'null' }], title: 'Most, °C', default: null },
        table: { type: 'array', items: { type: 'number' }, default: [1] },
      },
    },
    Output: { title: 'Output', enum: ['cool', 'fixed_heat', 'heat'] },
  },
}

const fields = fieldsOf(SCHEMA)
const field = (name: string): SchemaField => fields.find((one) => one.name === name) ?? expect.fail(`no field ${name}`)

describe('fields of a schema', () => {
  test('come in its order, through references and beside null', () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['band_c', 'number'],
      ['rest', 'integer'],
      ['address', 'text'],
      ['output', 'choice'],
      ['soft', 'switch'],
      ['most_c', 'number'],
      ['table', 'unknown'],
    ])
  })

  test('have their unit apart from their title', () => {
    expect(field('band_c')).toMatchObject({ title: 'Hysteresis', unit: '°C' })
    expect(field('rest')).toMatchObject({ title: 'Rest', unit: 'min' })
    expect(fieldsOf({ properties: { share: { title: 'Share, 0 to 1', type: 'number' } } })[0]).toMatchObject({ title: 'Share, 0 to 1', unit: '' })
  })

  test('differences of temperatures are in the unit of the person', () => {
    const wide = { properties: { idle_c: { title: 'Idle zone, °C to either side', type: 'number', minimum: 0.1, maximum: 5, default: 1, 'x-unit': 'K' } } }
    const [celsius, fahrenheit] = [fieldsOf(wide)[0], fieldsOf(wide, 'F')[0]] as [SchemaField, SchemaField]
    expect(celsius).toMatchObject({ title: 'Idle zone, to either side', unit: '°C' })
    expect(fahrenheit.unit).toBe('°F')
    expect([textOf(fahrenheit, {}), hintOf(fahrenheit)]).toEqual(['1.8', '0.18 to 9 · usually 1.8'])
    expect(judge(fahrenheit, '9')).toEqual({ value: 5 })
    expect(judge(fahrenheit, '9.1')).toEqual({ error: '0.18 to 9.' })
  })

  test('that are secret or long are written otherwise', () => {
    const properties = {
      key: { type: 'string', writeOnly: true, pattern: '^\\S*$', maxLength: 2000, default: '' },
      body: { type: 'string', maxLength: 8000, default: '{\n}' },
      url: { type: 'string', maxLength: 2000, pattern: '^https?://' },
    }
    const [key, body, url] = fieldsOf({ properties }) as [SchemaField, SchemaField, SchemaField]
    expect([key.kind, body.kind, url.kind]).toEqual(['secret', 'lines', 'text'])
    expect([hintOf(key), hintOf(body)]).toEqual(['', ''])
    expect([judge(key, ' s3cret\n'), judge(key, ''), judge(key, 'a b')]).toEqual([{ value: 's3cret' }, { value: undefined }, { error: expect.any(String) }])
    expect(judge(body, '{\n1}')).toEqual({ value: '{\n1}' })
  })

  test('without a title are called by their name', () => {
    expect(fieldsOf({ properties: { longest_run: { type: 'number' } } })[0]?.title).toBe('longest run')
  })

  test('tell bounds and default', () => {
    expect(hintOf(field('band_c'))).toBe('0.05 to 5 · usually 0.3')
    expect(hintOf(field('rest'))).toBe('above 0 · usually 60')
    expect(hintOf(field('most_c'))).toBe('at most 50')
    expect(hintOf(field('soft'))).toBe('usually No')
    expect(hintOf(field('output'))).toBe('usually heat')
  })

  test('an empty schema has none', () => {
    expect(fieldsOf({})).toEqual([])
  })
})

describe('the text of a field', () => {
  test('is what is set, else what is usual', () => {
    expect(textOf(field('band_c'), {})).toBe('0.3')
    expect(textOf(field('band_c'), { band_c: -1.25 })).toBe('\u22121.25')
    expect(textOf(field('most_c'), {})).toBe('')
    expect(textOf(field('table'), {})).toBe('[1]')
    expect(textOf(field('soft'), { soft: true })).toBe('true')
  })

  test.each(['0.05', '0,3', '5'])('"%s" is a number within its bounds', (text) => {
    expect(judge(field('band_c'), text)).toEqual({ value: Number(text.replace(',', '.')) })
  })

  test.each([
    ['band_c', 'warm', 'This is not a number.'],
    ['band_c', '0.04', '0.05 to 5.'],
    ['band_c', '5.01', '0.05 to 5.'],
    ['rest', '1.5', 'This is not a whole number.'],
    ['rest', '0', 'Above 0.'],
    ['address', '28-xyz', 'This has not the right form.'],
  ])('%s refuses "%s"', (name, text, error) => {
    expect(judge(field(name), text)).toEqual({ error })
  })

  test('what is written is read back as it was', () => {
    for (const value of [0.05, 0.3, 1, 4.99]) expect(judge(field('band_c'), textOf(field('band_c'), { band_c: value }))).toEqual({ value })
  })

  test('an empty one sets nothing where that is allowed', () => {
    expect(judge(field('band_c'), ' ')).toEqual({ value: undefined })
    expect(judge({ ...field('rest'), optional: false }, '')).toEqual({ error: 'This is needed.' })
  })

  test('texts have their lengths', () => {
    const short = { ...field('address'), bounds: { shortest: 2, longest: 4 }, optional: false }
    expect(judge(short, '')).toEqual({ error: 'This is needed.' })
    expect(judge(short, 'a')).toEqual({ error: 'At least 2 characters.' })
    expect(judge(short, 'abcde')).toEqual({ error: 'At most 4 characters.' })
    expect(judge(short, ' abc ')).toEqual({ value: 'abc' })
  })

  test('switches and choices are what was chosen', () => {
    expect(judge(field('soft'), 'true')).toEqual({ value: true })
    expect(judge(field('output'), 'cool')).toEqual({ value: 'cool' })
    expect(choiceSaid('fixed_heat')).toBe('fixed heat')
  })
})
