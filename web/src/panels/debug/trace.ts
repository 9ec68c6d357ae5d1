import type { Heard } from '../../state/debug.svelte'
import { isRecord } from '../../state/loglines'
import type { SimulatedVessel, SimulationMessage } from './simulations'

const KB = 1024
/** The largest message that a channel takes. */
export const LONGEST = 64 * KB

/** What was typed, as JSON: a message to send, or why there is none. */
export type Checked = { message: unknown; fault: null } | { fault: 'empty' | 'long' | { why: string } }

export function checked(text: string): Checked {
  if (!text.trim()) return { fault: 'empty' }
  try {
    const message: unknown = JSON.parse(text)
    const bytes = new TextEncoder().encode(JSON.stringify(message)).length
    return bytes > LONGEST ? { fault: 'long' } : { message, fault: null }
  } catch (failure) {
    if (failure instanceof SyntaxError) return { fault: { why: failure.message } }
    throw failure
  }
}

/** Frames whose message or publisher has these letters. */
export function found(heard: readonly Heard[], sought: string): readonly Heard[] {
  const wanted = sought.trim().toLowerCase()
  return wanted ? heard.filter(({ frame, text }) => `${frame.by ?? ''} ${text}`.toLowerCase().includes(wanted)) : heard
}

/** Frames as text, one a line, as the server told them. */
export function asLines(heard: readonly Heard[]): string {
  return heard.map(({ frame }) => JSON.stringify(frame)).join('\n')
}

/** True where a frame is part of a test: published as such, or of an alarm that a test raised. */
export function isTestFrame({ frame: { message } }: Heard): boolean {
  if (!isRecord(message)) return false
  const { alarm } = message
  return message['test'] === true || (isRecord(alarm) && alarm['test'] === true)
}

/** The vessel that a test tells of, and null where it tells of something else. */
export function simulationIn(message: unknown): SimulationMessage['simulation'] | null {
  const told = isRecord(message) ? message['simulation'] : null
  if (!isRecord(told) || typeof told['kind'] !== 'string' || typeof told['t'] !== 'number' || !isVessel(told['vessel'])) return null
  return told as unknown as SimulationMessage['simulation']
}

function isVessel(value: unknown): value is SimulatedVessel {
  if (!isRecord(value)) return false
  const { name, drawing, setpoint, value: now, mode } = value
  return [name, drawing, mode].every((word) => typeof word === 'string') && [setpoint, now].every((number) => typeof number === 'number')
}

/** An input or output that a test pretends to have. */
export interface TestDevice {
  controller: string
  slot: number
  chamber: number
  function: string
  device_type: string
  hardware: string
}

/** The devices that a test tells of, and null where it tells of something else. */
export function devicesIn(message: unknown): TestDevice[] | null {
  const told = isRecord(message) ? message['devices'] : null
  return Array.isArray(told) && told.every((one) => isRecord(one) && typeof one['controller'] === 'string') ? (told as TestDevice[]) : null
}
