import { describe, expect, test } from 'vitest'
import { fieldSaid, isDevice, isNewDay, sourceNames, stretches, toggled } from '../../../src/panels/logs/lines'
import { fits, heardLine, keptLine, type LogChoice, type LogLine, together } from '../../../src/state/loglines'

const NOON = Date.parse('2026-11-22T11:00:00Z')
const line = (n: number, more: Partial<LogLine> = {}): LogLine => ({
  key: `k${n}`,
  id: `k${n}`,
  at: NOON + n,
  level: 'info',
  source: 'server',
  text: `line ${n}`,
  fields: {},
  by: null,
  isTest: false,
  ...more,
})
const choice = (more: Partial<LogChoice> = {}): LogChoice => ({ sources: [], level: 'debug', q: '', ...more })
const keys = (lines: readonly LogLine[]) => lines.map(({ key }) => key)

test.each([
  ['Probe did not answer', 'PROBE', ['[Probe]', ' did not answer']],
  ['Probe did not answer', 'not  probe', ['[Probe]', ' did ', '[not]', ' answer']],
  ['a+b (c)', '+ (c)', ['a', '[+]', 'b ', '[(c)]']],
  ['plain', '  ', ['plain']],
  ['plain', 'x', ['plain']],
  ['temperature', 'temp temperature', ['[temperature]']],
])('in %s what is sought by %s is marked', (text, sought, wanted) => {
  expect(stretches(text, sought).map((piece) => (piece.isHit ? `[${piece.text}]` : piece.text))).toEqual(wanted)
})

describe('a line is wanted', () => {
  test.each([
    [choice(), true],
    [choice({ level: 'warning' }), true],
    [choice({ level: 'error' }), false],
    [choice({ sources: ['cellar-pi'] }), true],
    [choice({ sources: ['server'] }), false],
    [choice({ sources: ['server'], isOf: isDevice }), true],
    [choice({ q: 'WIRE probe' }), true],
    [choice({ q: 'probe 28-03' }), true],
    [choice({ q: 'probe relay' }), false],
  ])('by %o: %s', (wanted, is) => {
    expect(fits(line(1, { source: 'cellar-pi', level: 'warning', text: 'Check the wire of the probe', fields: { device: '28-0316' } }), wanted)).toBe(is)
  })
})

describe('lines come together', () => {
  test('each once, oldest first, also what comes late', () => {
    expect(keys(together([line(1), line(5)], [line(5), line(3), line(7)]))).toEqual(['k1', 'k3', 'k5', 'k7'])
  })

  test('those of one instant stay in the order in which they came', () => {
    expect(keys(together([line(1)], [line(3, { at: NOON + 1 }), line(2, { at: NOON + 1 })]))).toEqual(['k1', 'k3', 'k2'])
  })

  test('nothing new changes nothing', () => {
    const known = [line(1)]
    expect(together(known, [line(1)])).toBe(known)
  })
})

test('a line is the same whether it is heard or read', () => {
  const body = { id: '1-7', time: '2026-11-22T11:00:00.500Z', level: 'warning', source: 'cellar-pi', text: 'Late', fields: { late_s: '3' } }
  expect(heardLine({ seq: 'e.1', time: '2026-11-22T11:00:01Z', message: body })).toEqual(keptLine(body))
})

test('what was published is no line of ours, and a test where it says so', () => {
  const heard = heardLine({ seq: 'e.2', time: '2026-11-22T11:00:01Z', by: 'Anna', published: true, message: { id: '1-7', test: true, text: 'Hello', level: 'fatal' } })
  expect(heard).toMatchObject({ key: 'e.2', id: null, by: 'Anna', source: 'Anna', isTest: true, text: 'Hello', level: 'error', at: NOON + 1000 })
})

test('published, anything can be shown', () => {
  expect(heardLine({ seq: 'e.3', time: '2026-11-22T11:00:01Z', by: 'Ben', published: true, message: [1, 2] })).toMatchObject({ text: '[1,2]', isTest: false, level: 'info' })
})

test('only the server can say who said it: test alone makes no test of a line of ours', () => {
  expect(heardLine({ seq: 'e.4', time: '2026-11-22T11:00:01Z', message: { test: true, text: 'Hello', source: 'server', level: 'info' } })).toMatchObject({ by: null, isTest: false })
})

test('a new day is seen where local midnight passed', () => {
  const lines = ['2026-11-21T22:59:59Z', '2026-11-21T23:00:01Z', '2026-11-21T23:00:02Z'].map((time, n) => line(n, { at: Date.parse(time) }))
  expect(lines.map((_, i) => isNewDay(lines, i, 'Europe/Copenhagen'))).toEqual([true, true, false])
})

test('sources: processes, then doors, then devices, and those asked for though nobody knows them', () => {
  const known = ['door/http', 'a-pi', 'spawner', 'server', 'controller/b'].map((source) => ({ source, level: 'info' as const, lines: 1 }))
  expect(sourceNames(known, ['z-pi', 'server'])).toEqual(['server', 'spawner', 'door/http', 'a-pi', 'controller/b', 'z-pi'])
})

test('a source is chosen and given up', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
})

test('a field is text, or else JSON', () => {
  expect([fieldSaid('as it is'), fieldSaid({ a: 1 }), fieldSaid(null)]).toEqual(['as it is', '{"a":1}', 'null'])
})
