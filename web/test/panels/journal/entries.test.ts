import { describe, expect, test } from 'vitest'
import { days } from '../../../src/panels/journal/days'
import { lineOf, type Names, newer } from '../../../src/panels/journal/entries'
import type { JournalEntry } from '../../../src/state/server'

const entry = (parts: Partial<JournalEntry>): JournalEntry => ({
  at: '2026-11-20T17:42:00.000Z',
  by: 'anna',
  what: 'vessel',
  id: 'freezer20',
  action: 'updated',
  reason: '',
  detail: '',
  ...parts,
})

const table = (names: Record<string, string>) => (key: string) => names[key] ?? null
const names: Names = {
  person: table({ anna: 'Anna', ben: 'Ben' }),
  member: table({ 'u-1': 'Anna', 'u-2': 'Ben' }),
  token: table({ 't-1': 'greenhouse logger' }),
  vessel: table({ freezer20: 'North freezer' }),
  batch: table({ harvest: 'Harvest Pale Ale' }),
  unit: 'C',
}

/** A line as one reads it. */
function read(parts: Partial<JournalEntry>, known: Names = names): string {
  const line = lineOf(entry(parts), known)
  return [line.who, line.did, line.thing, line.then, line.reason].filter((part) => part !== '').join(' ')
}

describe('a line of the journal', () => {
  test.each<[Partial<JournalEntry>, string]>([
    [{ action: 'setpoint', detail: 'beer 19.20 °C', reason: 'free rise' }, 'Anna set North freezer to beer 19.2\u00a0°C free rise'],
    [{ action: 'setpoint', detail: 'off' }, 'Anna set North freezer to off'],
    [{ action: 'setpoint', detail: '' }, 'Anna set North freezer'],
    [{ action: 'deleted', id: 'gone' }, 'Anna removed the vessel gone'],
    [{ what: 'user', id: 'u-2', action: 'created', detail: 'ben' }, 'Anna added the person Ben'],
    [{ what: 'user', id: 'u-2', action: 'updated', detail: 'name, role' }, 'Anna changed the person Ben (name, role)'],
    [{ what: 'user', id: 'u-9', action: 'deleted', detail: 'cleo' }, 'Anna removed the person cleo'],
    [{ what: 'user', id: 'u-9', action: 'updated', detail: 'role' }, 'Anna changed a person (role)'],
    [{ what: 'token', id: 't-1', action: 'created', detail: 'greenhouse logger' }, 'Anna made the token “greenhouse logger”'],
    [{ what: 'token', id: 't-9', action: 'deleted' }, 'Anna revoked a token'],
    [{ what: 'setting', id: 'site.zone' }, 'Anna changed the time zone of the site'],
    [{ what: 'setting', id: 'user.u-1.theme' }, 'Anna changed their own settings'],
    [{ what: 'setting', id: 'user.u-2.theme' }, 'Anna changed the settings of Ben'],
    [{ what: 'setting', id: 'user.u-9.theme' }, 'Anna changed the settings of a person'],
    [{ what: 'setting', id: 'maelstrom.graph' }, 'Anna changed the setting maelstrom.graph'],
    [{ what: 'batch', id: 'harvest', action: 'imported', detail: 'a.csv: 12 rows' }, 'Anna imported the batch Harvest Pale Ale (a.csv: 12 rows)'],
    [{ by: 't-1', what: 'adapter', id: 'porch' }, 'The program “greenhouse logger” changed the adapter porch'],
    [{ by: 'command line', what: 'user', id: 'u-2', action: 'created' }, 'The command line added the person Ben'],
    [{ by: 'dora', what: 'kettle', id: 'k1', action: 'polished' }, 'dora polished kettle k1'],
    [{ by: '' }, 'Somebody changed the vessel North freezer'],
  ])('%j', (parts, text) => {
    expect(read(parts)).toBe(text)
  })

  test('shows temperatures in the unit of who reads it', () => {
    expect(read({ action: 'setpoint', detail: 'chamber -1.00 °C' }, { ...names, unit: 'F' })).toContain('to chamber 30.2\u00a0°F')
  })

  test('leads to the thing while it is there', () => {
    expect(lineOf(entry({ action: 'setpoint' }), names).path).toBe('/vessels/freezer20')
    expect(lineOf(entry({ action: 'deleted', id: 'gone' }), names).path).toBeNull()
    expect(lineOf(entry({ what: 'user', id: 'u-9', action: 'deleted', detail: 'cleo' }), names).path).toBeNull()
  })
})

describe('newer lines', () => {
  const lines = [4, 3, 2, 1].map((n) => entry({ at: `2026-11-20T17:0${n}:00.000Z` }))

  test('are those before the first known one', () => {
    expect(newer(lines, lines.slice(2))).toEqual({ fresh: lines.slice(0, 2), isWhole: true })
    expect(newer(lines, lines)).toEqual({ fresh: [], isWhole: true })
    expect(newer(lines, [])).toEqual({ fresh: lines, isWhole: true })
  })

  test('that do not reach the known ones may lack some between', () => {
    expect(newer(lines.slice(0, 2), lines.slice(3)).isWhole).toBe(false)
  })

  test('are found by all that is known, where two lines look alike', () => {
    const [a, b] = [entry({}), entry({ action: 'created' })]
    expect(newer([a, a, b], [a, b]).fresh).toEqual([a])
  })
})

test('lines belong to days of the site, not of UTC', () => {
  const found = days([entry({ at: '2026-11-20T23:30:00.000Z' }), entry({ at: '2026-11-20T22:30:00.000Z' }), entry({ at: '2025-01-01T12:00:00.000Z' })], Date.parse('2026-11-21T12:00:00Z'), 'Europe/Copenhagen')
  expect(found.map(({ title, lines }) => [title, lines.length])).toEqual([
    ['Sat 21 Nov', 1],
    ['Fri 20 Nov', 1],
    ['Wed 1 Jan 2025', 1],
  ])
})

test('a day begins anew wherever lines were written out of order', () => {
  const at = ['2026-11-18T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T09:00:00Z', '2026-11-18T11:00:00Z', '2026-11-19T00:00:00Z']
  const found = days(at.map((one) => entry({ at: one })), Date.parse('2026-11-21T12:00:00Z'), 'UTC')
  expect(found.map(({ title, lines }) => [title, lines.length])).toEqual([
    ['Wed 18 Nov', 1],
    ['Fri 20 Nov', 2],
    ['Wed 18 Nov', 1],
    ['Thu 19 Nov', 1],
  ])
  expect(new Set(found.map(({ key }) => key)).size).toBe(4)
})
