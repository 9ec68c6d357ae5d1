import type { LogLevel } from '../../state/loglines'
import type { ProfilePlan } from '../../state/server'
import type { TestDevice } from './trace'

/** What the test buttons send. Every name says that it is a test. */

export interface TestAlarm {
  title: string
  detail: string
  priority: 'critical' | 'warning' | 'notice'
}

/** What can go wrong in a brewery, one after the other. */
export const ALARMS: readonly TestAlarm[] = [
  { title: 'Test: setpoint not reached in time', detail: 'The test tun should have been at 63.0 °C ten minutes ago, and is at 58.4 °C.', priority: 'warning' },
  { title: 'Test: pilot light out', detail: 'The burner of the test kettle asks for heat, and no flame is seen.', priority: 'critical' },
  { title: 'Test: high liquid level', detail: 'The float of the test kettle has been up for 20 seconds.', priority: 'warning' },
  { title: 'Test: controller does not answer', detail: 'The test controller has said nothing for 40 seconds.', priority: 'notice' },
]

export interface TestLine {
  test: true
  time: string
  level: LogLevel
  source: string
  text: string
  fields: Record<string, unknown>
}

const SOURCE = 'debugger'

/** One line of each level, a second apart. */
export function testLines(now: number): TestLine[] {
  const said: [LogLevel, string, Record<string, unknown>][] = [
    ['debug', 'Test: read 28 bytes from the test port', { bytes: 28 }],
    ['info', 'Test: the test tun holds 63.0 °C', { setpoint_c: 63, value_c: 62.9 }],
    ['warning', 'Test: a reading came 3 s late', { late_s: 3 }],
    ['error', 'Test: the test controller did not answer', { code: 1001 }],
  ]
  return said.map(([level, text, fields], i) => ({ test: true, time: new Date(now + i).toISOString(), level, source: SOURCE, text, fields }))
}

const HOURS = 24
const step = (kind: 'hold' | 'ramp' | 'step', temperature: number, hours: number | null, title: string) => ({ kind, temperature, hours, until: null, title })

export const PROFILES: readonly ProfilePlan[] = [
  {
    name: 'Test ale',
    type: 'fermentation',
    steps: [step('hold', 18, 4 * HOURS, 'Primary'), step('ramp', 20, HOURS, 'Up'), step('hold', 20, 4 * HOURS, 'Diacetyl rest'), step('ramp', 2, HOURS, 'Crash'), step('hold', 2, null, 'Cold')],
    events: [{ hours: 5 * HOURS, text: 'Test: taste it' }],
  },
  {
    name: 'Test lager',
    type: 'fermentation',
    steps: [step('hold', 10, 6 * HOURS, 'Primary'), step('ramp', 16, 2 * HOURS, 'Up'), step('hold', 16, 3 * HOURS, 'Diacetyl rest'), step('ramp', 1, 5 * HOURS, 'Down'), step('hold', 1, null, 'Lagering')],
    events: [],
  },
  {
    name: 'Test mash',
    type: 'mash',
    steps: [step('hold', 52, 10 / 60, 'Protein'), step('hold', 63, 0.5, 'Maltose'), step('hold', 72, 20 / 60, 'Saccharification'), step('hold', 78, 5 / 60, 'Mash out')],
    events: [],
  },
]

/** A controller at an address that is kept for examples (RFC 5737, TEST-NET-1), where nothing can ever be. */
export interface TestController {
  name: string
  port: string
  chambers: Record<string, string>
}

export const CONTROLLERS: readonly TestController[] = [
  { name: 'test-brewhouse', port: 'tcp://192.0.2.10:6332', chambers: { 1: 'Test brew house' } },
  { name: 'test-cellar', port: 'tcp://192.0.2.11:6332', chambers: { 1: 'Test ale chamber', 2: 'Test lager chamber' } },
]

const device = (controller: string, slot: number, chamber: number, what: string): TestDevice => {
  const isProbe = what.endsWith('temperature')
  return { controller, slot, chamber, function: what, device_type: isProbe ? 'temperature sensor' : 'digital output', hardware: isProbe ? 'one-wire' : 'pin' }
}

export const DEVICES: readonly TestDevice[] = [
  device('test-brewhouse', 0, 1, 'mash temperature'),
  device('test-brewhouse', 1, 1, 'burner'),
  device('test-cellar', 0, 1, 'beer temperature'),
  device('test-cellar', 1, 1, 'chamber temperature'),
  device('test-cellar', 2, 1, 'chamber cool'),
  device('test-cellar', 3, 2, 'beer temperature'),
  device('test-cellar', 4, 2, 'chamber heat'),
]

const DRAWN =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" rx="16" fill="#161a18"/>' +
  '<text x="48" y="60" font-family="sans-serif" font-size="34" font-weight="700" fill="#fff" text-anchor="middle">TEST</text></svg>'

/** A logo on which one reads that it is a test. */
export const LOGO = `data:image/svg+xml,${encodeURIComponent(DRAWN)}`
