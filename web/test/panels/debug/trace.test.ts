import { expect, test } from 'vitest'
import { ALARMS, CONTROLLERS, DEVICES, LOGO, PROFILES, testLines } from '../../../src/panels/debug/examples'
import { begun, messagesOf } from '../../../src/panels/debug/simulations'
import { asLines, checked, devicesIn, found, isTestFrame, simulationIn } from '../../../src/panels/debug/trace'
import { isOfTest } from '../../../src/state/debug.svelte'
import { marksIn, markOf } from '../../../src/state/marks'

const frame = (message: unknown, more = {}) => ({ channel: 'data', seq: 'e.1', time: '2026-11-22T11:00:00Z', message, ...more })
const heard = (message: unknown, more = {}) => ({ frame: frame(message, more), text: JSON.stringify(message) })

test.each([
  ['{"a": [1, null]}', { message: { a: [1, null] }, fault: null }],
  ['null', { message: null, fault: null }],
  ['"word"', { message: 'word', fault: null }],
  ['  \n', { fault: 'empty' }],
])('%s is checked as one types', (text, wanted) => {
  expect(checked(text)).toEqual(wanted)
})

test('what is no JSON says where', () => {
  expect(checked('{"a": }')).toMatchObject({ fault: { why: expect.stringMatching(/position|column|token/i) } })
})

test('64 kB can be sent and no byte more, counted as they go over the wire', () => {
  expect(checked(JSON.stringify('a'.repeat(65_534)))).toMatchObject({ fault: null })
  expect(checked(JSON.stringify('a'.repeat(65_535)))).toEqual({ fault: 'long' })
  expect(checked(JSON.stringify('ä'.repeat(32_768)))).toEqual({ fault: 'long' })
})

test('messages are found by their words and by who sent them', () => {
  const all = [heard({ readings: [] }), heard({ test: true }, { by: 'Anna', published: true })]
  expect(found(all, ' READ ')).toEqual([all[0]])
  expect(found(all, 'anna')).toEqual([all[1]])
  expect(found(all, '')).toBe(all)
})

test('copied, each message is a line of JSON as it came', () => {
  expect(asLines([heard({ a: 1 }), heard('b')]).split('\n').map((text) => JSON.parse(text))).toEqual([frame({ a: 1 }), frame('b')])
})

test('a test is told apart, also in an alarm that it raised', () => {
  expect([heard({ test: true }), heard({ event: 'raised', alarm: { test: true } }), heard({ alarm: { test: false } }), heard([1])].map(isTestFrame)).toEqual([true, true, false, false])
})

test('only what was published on data as a test is played', () => {
  const message = messagesOf(begun('ale'))[0]
  expect(isOfTest(frame(message, { by: 'Anna', published: true }))).toBe(true)
  expect(isOfTest(frame(message))).toBe(false)
  expect(isOfTest({ ...frame(message, { published: true }), channel: 'logs' })).toBe(false)
})

test('a simulation is read as it was written, and anything else is none', () => {
  const message = messagesOf(begun('mash'))[0]
  expect(simulationIn(JSON.parse(JSON.stringify(message)))).toEqual(message?.simulation)
  for (const other of [null, { simulation: 1 }, { simulation: { kind: 'ale', t: 0, vessel: { name: 'x' } } }]) expect(simulationIn(other)).toBeNull()
})

test('devices are read as they were written', () => {
  expect(devicesIn({ test: true, devices: DEVICES })).toEqual(DEVICES)
  expect(devicesIn({ devices: [1] })).toBeNull()
})

test('every example says that it is a test', () => {
  const names = [...ALARMS.map(({ title }) => title), ...PROFILES.map(({ name }) => name), ...testLines(0).map(({ text }) => text)]
  expect(names.filter((name) => !name.startsWith('Test'))).toEqual([])
  expect(CONTROLLERS.every(({ name }) => name.startsWith('test-'))).toBe(true)
  expect(decodeURIComponent(LOGO)).toContain('>TEST<')
})

test('test controllers are where nothing can be: in a network kept for examples', () => {
  expect(CONTROLLERS.every(({ port }) => port.startsWith('tcp://192.0.2.'))).toBe(true)
  expect(new Set(CONTROLLERS.map(({ port }) => port)).size).toBe(CONTROLLERS.length)
})

test('what tests made is known by its marks among the settings', () => {
  const values = new Map<string, unknown>([
    ['site.name', 'Brewery'],
    [markOf('profile', 'test-ale'), { name: 'Test ale' }],
    [markOf('setting', 'site.logo'), { before: null }],
    ['test.other.x', 1],
  ])
  expect(marksIn(values)).toEqual([
    { kind: 'profile', id: 'test-ale', note: { name: 'Test ale' } },
    { kind: 'setting', id: 'site.logo', note: { before: null } },
  ])
})
