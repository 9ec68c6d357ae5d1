import { describe, expect, test } from 'vitest'
import {
  boundsSaid,
  changesOf,
  groupsOf,
  isUnusual,
  optionsOf,
  judge,
  ordered,
  refusedOf,
  screenOf,
  screenSaid,
  seenSaid,
  silentSentence,
  textOf,
  timeSaid,
  valueSaid,
  warningOf,
} from '../../../src/panels/controllers/controller'
import type { ControllerParameter } from '../../../src/state/controllers.svelte'

const NBSP = '\u00a0'
const NOW = Date.UTC(2026, 10, 20, 18, 42)
const READER = { now: NOW, zone: 'UTC' }
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

const parameter = (change: Partial<ControllerParameter> = {}): ControllerParameter => ({
  key: 'pidMax',
  group: 'constants',
  title: 'Widest correction',
  text: 'So far from the beer’s setpoint the chamber may be held.',
  value: 10,
  unit: 'K',
  default: 10,
  least: 0,
  most: 63,
  options: [], writable: true,
  ...change,
})

describe('how controllers stand', () => {
  test('those in need come first, then all by name', () => {
    const all = [
      { name: 'cellar', state: 'connected' },
      { name: 'attic', state: 'opening' },
      { name: 'hall', state: 'lost' },
      { name: 'barn', state: 'strange' },
    ] as const
    expect(ordered(all).map(({ name }) => name)).toEqual(['barn', 'hall', 'attic', 'cellar'])
  })

  test('the sentence counts those that do not answer, and is empty when all do', () => {
    expect(silentSentence([{ state: 'lost' }, { state: 'connected' }])).toBe('One controller does not answer')
    expect(silentSentence([{ state: 'lost' }, { state: 'offline' }])).toBe('Two controllers do not answer')
    expect(silentSentence([{ state: 'opening' }, { state: 'strange' }])).toBe('')
  })

  test.each([
    [null, 'never'],
    [ago(3), 'just now'],
    [ago(21 * 60), `21${NBSP}min ago`],
    [ago(2 * 86_400), 'Wed 18:42'],
  ])('heard at %s is said as %s', (at, said) => {
    expect(seenSaid(at, READER)).toBe(said)
  })

  test('a connected one needs no warning, any other says what is so and why', () => {
    expect(warningOf({ state: 'connected', detail: '', last_seen: null }, READER)).toBeNull()
    const lost = warningOf({ state: 'lost', detail: '/dev/ttyACM0 was cut off.', last_seen: ago(1260) }, READER)
    expect(lost?.title).toBe('No answer since 18:21')
    expect(lost?.why).toMatch(/^\/dev\/ttyACM0 was cut off\. It goes on/)
    expect(warningOf({ state: 'lost', detail: 'No such file.', last_seen: null }, READER)).toEqual({ title: 'It has never answered', why: 'No such file.' })
    expect(warningOf({ state: 'strange', detail: '', last_seen: null }, READER)?.why).toContain('Nothing is ever written into it.')
  })
})

describe('its display', () => {
  test('has four lines of twenty places, whatever is told', () => {
    const screen = screenOf(['Mode   Off', 'Beer   19.9  --.- °C and more than fits'])
    expect(screen?.map((line) => line.length)).toEqual([20, 20, 20, 20])
    expect(screen?.[1]).toBe('Beer   19.9  --.- °C')
  })

  test('is none where nothing but blanks is told', () => {
    expect(screenOf([])).toBeNull()
    expect(screenOf(['    ', ''])).toBeNull()
  })

  test('is read aloud without its blanks', () => {
    expect(screenSaid(['Mode   Off          ', '', 'Beer   19.9  --.- °C'])).toBe('Mode Off; Beer 19.9 --.- °C')
  })
})

describe('what it does', () => {
  const doing = { code: 5, text: 'Waiting.', since: null, remaining_s: 247 }

  test('counts down from what was said, and does not go below nothing', () => {
    expect(timeSaid(doing, NOW, NOW)).toBe(`4${NBSP}min${NBSP}07${NBSP}s more at least`)
    expect(timeSaid(doing, NOW, NOW + 187_000)).toBe(`1${NBSP}min${NBSP}00${NBSP}s more at least`)
    expect(timeSaid(doing, NOW, NOW + 230_000)).toBe(`17${NBSP}s more at least`)
    expect(timeSaid(doing, NOW, NOW + 400_000)).toBe('until it may, any moment now')
  })

  test('a clock that was set back makes it no longer', () => {
    expect(timeSaid(doing, NOW, NOW - 60_000)).toBe(`4${NBSP}min${NBSP}07${NBSP}s more at least`)
  })

  test('without an end it is said how long it lasts already, if that is known', () => {
    expect(timeSaid({ ...doing, remaining_s: null, since: ago(125) }, NOW, NOW)).toBe(`for 2${NBSP}min`)
    expect(timeSaid({ ...doing, remaining_s: null }, NOW, NOW)).toBe('')
  })
})

describe('its parameters', () => {
  test('groups stand in the order in which they are told', () => {
    const parameters = ['settings', 'constants', 'settings', 'variables'].map((group) => parameter({ group }))
    expect(groupsOf({ parameters })).toEqual(['settings', 'constants', 'variables'])
  })

  test('temperatures move with the unit, differences have no offset', () => {
    expect(valueSaid(20, '°C', 'F')).toBe(`68${NBSP}°F`)
    expect(valueSaid(10, 'K', 'F')).toBe(`18${NBSP}°F`)
    expect(valueSaid(-1.5, '', 'F')).toBe('−1.5')
    expect(valueSaid(600, 's', 'C')).toBe(`600${NBSP}s`)
    expect([valueSaid(true, 'on', 'C'), valueSaid(null, '°C', 'C'), valueSaid('b', '', 'C')]).toEqual(['Yes', 'none', 'b'])
  })

  test('bounds and default are in the same unit as the value', () => {
    expect(boundsSaid(parameter(), 'C')).toBe('0 to 63 · usually 10')
    expect(boundsSaid(parameter(), 'F')).toBe('0 to 113.4 · usually 18')
    expect(boundsSaid(parameter({ least: null, most: null, default: null }), 'C')).toBe('')
    expect(boundsSaid(parameter({ value: true, unit: 'on', default: false, least: null, most: null }), 'C')).toBe('usually No')
  })

  test('a truth or one of a few words is chosen, all else is typed', () => {
    expect(optionsOf(parameter({ value: true })).map((one) => one.value)).toEqual(['true', 'false'])
    expect(optionsOf(parameter({ value: 'C', options: ['C', 'F'] }))).toEqual([
      { value: 'C', label: 'C' },
      { value: 'F', label: 'F' },
    ])
    expect(optionsOf(parameter({ value: 8 }))).toEqual([])
  })

  test('a step of the firmware away from its default is as usual', () => {
    expect(isUnusual(parameter({ value: 0.199, default: 0.1992 }))).toBe(false)
    expect(isUnusual(parameter({ value: 8 }))).toBe(true)
    expect(isUnusual(parameter({ value: 8, writable: false }))).toBe(false)
    expect(isUnusual(parameter({ value: 8, default: null }))).toBe(false)
    expect(isUnusual(parameter({ value: true, default: false }))).toBe(true)
  })

  test('what is typed is read in the unit in which it is shown', () => {
    expect(judge(parameter(), '18', 'F')).toEqual({ value: 10 })
    expect(judge(parameter({ unit: '°C' }), '68', 'F')).toEqual({ value: 20 })
    expect(judge(parameter(), '7,5', 'C')).toEqual({ value: 7.5 })
    expect(judge(parameter({ unit: 'on', value: false }), 'true', 'C')).toEqual({ value: true })
    expect(judge(parameter({ value: 'C' }), ' F ', 'C')).toEqual({ value: 'F' })
  })

  test('what is no number, or beyond a bound, is wrong and says why', () => {
    expect(judge(parameter(), 'much', 'C')).toEqual({ error: 'This is not a number.' })
    expect(judge(parameter(), '64', 'C')).toEqual({ error: '0 to 63.' })
    expect(judge(parameter({ most: null }), '-1', 'C')).toEqual({ error: 'At least 0.' })
    expect(judge(parameter(), '113.4', 'F')).toEqual({ value: 63 })
  })

  test('only what differs is written, and said', () => {
    const [widest, gain] = [parameter(), parameter({ key: 'Kp', title: 'Gain', value: 5, unit: '' })]
    const changes = changesOf([widest, gain], { pidMax: '8', Kp: '5' }, 'C')
    expect(changes).toEqual({ values: { pidMax: 8 }, said: [`Widest correction 10${NBSP}°C → 8${NBSP}°C`], wrong: {} })
    expect(changesOf([widest, gain], { pidMax: 'x' }, 'C').wrong).toEqual({ pidMax: 'This is not a number.' })
    expect(changesOf([widest], { gone: '1' }, 'C').values).toEqual({})
  })

  test('a value that was not touched is not changed by being shown in another unit', () => {
    const odd = parameter({ value: 0.2988, unit: 'K' })
    expect(changesOf([odd], { pidMax: textOf(odd.value, 'K', 'F') }, 'F').values).toEqual({})
  })

  test('refusals stand at their parameter', () => {
    expect(refusedOf([{ where: '/Kp', message: 'Too much.' }, { where: '', message: 'No.' }])).toEqual({ Kp: 'Too much.' })
  })
})
