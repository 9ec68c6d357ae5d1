import { describe, expect, test } from 'vitest'
import {
  addressesOf,
  agoSaid,
  callersSaid,
  described,
  doorsSentence,
  type Draft,
  draftOf,
  isHereOnly,
  ordered,
  parsed,
  patchOf,
  portFault,
  rebased,
  settingErrors,
  splitSchema,
  stateOf,
  withNetwork,
} from '../../../src/panels/doors/door'
import type { Door } from '../../../src/state/server'

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', '::1/128', 'fc00::/7', 'fe80::/10']
const HERE = { protocol: 'http:', hostname: 'cellar.local', port: '8000' }

const doorOf = (change: Partial<Door> = {}): Door => ({
  name: 'ispindel',
  title: 'iSpindel and GravityMon',
  description: 'Hydrometers that float in the beer.',
  enabled: true,
  port: null,
  allow: ['192.168.0.0/16'],
  may_switch: false,
  settings: { tcp_port: 9501, gravity_unit: 'auto' },
  schema: {},
  proof: 'network',
  methods: ['POST'],
  paths: ['/ispindel', '/ispindel/', '/iSpindel', '/ispindle', '/ispindle/'],
  sockets: [],
  apart: false,
  tcp_port: 9501,
  problem: null,
  knocks: 0,
  refusals: 0,
  recent_knocks: [],
  recent_refusals: [],
  revision: 1,
  ...change,
})

describe('how a door stands', () => {
  test.each([
    [{ enabled: false }, 'closed'],
    [{ enabled: false, problem: 'Port 9501 is taken.' }, 'closed'],
    [{}, 'open'],
    [{ problem: 'Port 9501 is taken.' }, 'stuck'],
  ] as const)('%j is %s', (change, state) => {
    expect(stateOf(doorOf(change))).toBe(state)
  })

  test.each([
    [[], 'There is no door on this server'],
    [[doorOf({ enabled: false })], 'No door is open'],
    [[doorOf(), doorOf({ enabled: false })], 'One door is open'],
    [[doorOf(), doorOf()], 'Two doors are open'],
    [[doorOf(), doorOf({ problem: 'taken' })], 'One door does not open'],
  ])('the sentence of %#', (doors, sentence) => {
    expect(doorsSentence(doors)).toBe(sentence)
  })

  test('a door stays where it is when it is opened', () => {
    const both = [doorOf({ title: 'PYLOT' }), doorOf({ title: 'InfluxDB', enabled: false })]
    expect(ordered(both).map(({ title }) => title)).toEqual(['InfluxDB', 'PYLOT'])
  })
})

describe('what is entered in a device', () => {
  test('the address of this page with the path; spellings of the same are not told again', () => {
    expect(addressesOf(doorOf(), HERE)).toEqual({ http: 'http://cellar.local:8000/ispindel', also: ['/ispindle'], socket: null, tcp: 'cellar.local:9501' })
  })

  test('without a port where the page has none', () => {
    expect(addressesOf(doorOf(), { protocol: 'https:', hostname: 'beer.example', port: '' }).http).toBe('https://beer.example/ispindel')
  })

  test('a port of its own speaks plain HTTP', () => {
    expect(addressesOf(doorOf({ port: 8086, tcp_port: null }), { ...HERE, protocol: 'https:' })).toMatchObject({ http: 'http://cellar.local:8086/ispindel', tcp: null })
  })

  test('a WebSocket is found where the rest is', () => {
    const door = doorOf({ paths: ['/', '/profile/{id}'], sockets: ['/socket'], apart: true, port: 8888, tcp_port: null })
    expect(addressesOf(door, HERE)).toEqual({ http: 'http://cellar.local:8888/', also: ['/profile/{id}'], socket: 'ws://cellar.local:8888/socket', tcp: null })
    const shared = doorOf({ sockets: ['/live'], paths: [] })
    expect(addressesOf(shared, { ...HERE, protocol: 'https:' })).toMatchObject({ http: null, socket: 'wss://cellar.local:8000/live' })
  })

  test('nothing where a door has no path', () => {
    expect(addressesOf(doorOf({ paths: [] }), HERE)).toMatchObject({ http: null, also: [] })
  })

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['192.168.1.5', false],
    ['cellar.local', false],
  ])('%s means every device itself: %s', (hostname, itself) => {
    expect(isHereOnly({ ...HERE, hostname })).toBe(itself)
  })
})

test.each([
  ['network', ['10.0.0.0/8', '::1'], 'Everything in the networks 10.0.0.0/8, ::1'],
  ['network', [], 'Nobody: no network is allowed'],
  ['login', [], 'Programs with login and password, or a token'],
  ['login', ['10.0.0.0/8'], 'Programs with login and password, or a token, from 10.0.0.0/8'],
  ['network', PRIVATE, 'Everything in private networks, such as a home has'],
  ['login', PRIVATE, 'Programs with login and password, or a token, from private networks'],
] as const)('who may call a door of %s with %j', (proof, allow, said) => {
  expect(callersSaid({ proof, allow: [...allow] })).toBe(said)
})

test.each([
  [0, 'just now'],
  [9, 'just now'],
  [40, '40\u00a0s ago'],
  [7200, '2\u00a0h ago'],
  [90_000, 'Thu 16:42'],
])('a report %d s ago', (seconds, said) => {
  const now = Date.parse('2026-11-20T17:42:07Z')
  expect(agoSaid(now - seconds * 1000, now, 'UTC')).toBe(said)
})

test('a description is what it is for, and how it works', () => {
  expect(described('For PYLOT,\nunchanged.\n\nRows name\ntheir adapters.\n')).toEqual({ what: 'For PYLOT, unchanged.', how: ['Rows name their adapters.'] })
  expect(described('')).toEqual({ what: '', how: [] })
})

describe('settings that are more than a line', () => {
  const message = { type: 'array', title: 'Messages' }
  const port = { type: 'integer', title: 'TCP port' }

  test('are parted from those that a plain form draws', () => {
    const schema = { $ref: '#/$defs/Settings', $defs: { Settings: { type: 'object', properties: { port, message } } } }
    const { plain, large } = splitSchema(schema)
    expect(large.map(({ name, title }) => [name, title])).toEqual([['message', 'Messages']])
    expect(splitSchema(plain).large).toEqual([])
    expect(Object.keys(plain['properties'] as object)).toEqual(['port'])
  })

  test('where there is none, the schema stays as it is', () => {
    const schema = { type: 'object', properties: { port } }
    expect(splitSchema(schema)).toEqual({ plain: schema, large: [] })
  })

  test('are read as JSON or not at all', () => {
    expect([parsed('[1]'), parsed('null'), parsed('[1')]).toEqual([[1], null, undefined])
  })

  test('what is wrong inside one is told with its place, the first of several', () => {
    const errors = [
      { where: '/settings/messages/0/path', message: 'Wrong.' },
      { where: '/settings/messages/1/node', message: 'Missing.' },
      { where: '/settings/port', message: 'Too high.' },
      { where: '/allow/0', message: 'No network.' },
    ]
    expect(settingErrors(errors)).toEqual({ messages: '/0/path: Wrong.', port: 'Too high.' })
  })
})

describe('what a person changes', () => {
  const changed = (change: Partial<Draft>, door = doorOf()) => patchOf(door, { ...draftOf(door), ...change })

  test('nothing, as long as nothing was changed', () => {
    expect(changed({})).toEqual({})
    expect(changed({ port: ' 8086 ' }, doorOf({ port: 8086 }))).toEqual({})
  })

  test('only what is new, and null for what is taken back', () => {
    expect(changed({ port: '8086', maySwitch: true })).toEqual({ port: 8086, may_switch: true })
    expect(changed({ port: '' }, doorOf({ port: 8086 }))).toEqual({ port: null })
    expect(changed({ allow: [] })).toEqual({ allow: [] })
    expect(changed({ settings: { tcp_port: 9502 } })).toEqual({ settings: { tcp_port: 9502, gravity_unit: null } })
  })

  test('on top of what somebody else made of it meanwhile', () => {
    const before = doorOf()
    const theirs = doorOf({ port: 8086, allow: ['::1'], settings: { tcp_port: 9600, gravity_unit: 'SG' } })
    const draft = { ...draftOf(before), maySwitch: true, settings: { tcp_port: 9501, gravity_unit: 'Plato' } }
    expect(rebased(draft, before, theirs)).toEqual({ port: '8086', allow: ['::1'], maySwitch: true, settings: { tcp_port: 9600, gravity_unit: 'Plato' } })
    expect(patchOf(theirs, rebased(draft, before, theirs))).toEqual({ may_switch: true, settings: { gravity_unit: 'Plato' } })
  })

  test.each([
    ['', true],
    ['1', true],
    [' 65535 ', true],
    ['0', false],
    ['65536', false],
    ['80a', false],
    ['-1', false],
  ])('port %j is right: %s', (entered, right) => {
    expect(portFault(entered, doorOf()) === null).toBe(right)
  })

  test('a door apart cannot be without a port', () => {
    expect(portFault(' ', doorOf({ apart: true }))).toContain('port of its own')
    expect(portFault('8888', doorOf({ apart: true }))).toBeNull()
  })

  test('networks are added once, several at a time', () => {
    expect(withNetwork(['::1'], ' 10.0.0.0/8, ::1;10.0.0.0/8 ')).toEqual(['::1', '10.0.0.0/8'])
    expect(withNetwork(['::1'], ' ')).toEqual(['::1'])
  })
})
