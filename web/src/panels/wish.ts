import type { Mode, Vessel, WishSent } from '../state/server'
import { words } from '../text'
import { round } from '../units/round'
import { difference, fromCelsius, looksEqual, temperature, type TemperatureUnit, toCelsius } from '../units/temperature'

/** What a person is about to ask for. `value` in that person's unit; null while it is not a number. */
export interface Draft {
  mode: Mode
  value: number | null
  reason: string
}

/** What a draft means: why it cannot be asked, or what would happen. */
export interface Verdict {
  /** Why it cannot be asked; stands at the value. */
  trouble: string | null
  /** It is what is asked already. */
  isSame: boolean
  /** It is far from what is asked now: by how much, and in which direction. */
  far: { gap: string; warmer: boolean } | null
  will: string
}

/** A change beyond this is said once more, °C. */
const FAR_C = 5
const DEFAULT_C = 20

/** The draft to begin with: what is asked now, or else what the beer has. */
export function firstDraft(vessel: Vessel, unit: TemperatureUnit): Draft {
  const wish = vessel.requested
  const mode = wish.mode === 'profile' ? 'beer' : wish.mode
  return { mode, value: startValue(vessel, unit), reason: '' }
}

/** Judges a draft by what this page knows; the server judges again. */
export function judge(draft: Draft, vessel: Vessel, unit: TemperatureUnit): Verdict {
  if (draft.mode === 'off') {
    return { trouble: null, isSame: vessel.requested.mode === 'off', far: null, will: words.setpoint.willOff }
  }
  if (draft.value === null) return { trouble: words.setpoint.notANumber, isSame: false, far: null, will: '' }
  const celsius = toCelsius(draft.value, unit)
  return {
    trouble: beyondLimits(draft.value, vessel, unit),
    isSame: isSame(draft.mode, celsius, vessel, unit),
    far: farFrom(draft.mode, celsius, vessel, unit),
    will: whatWill(draft.mode, celsius, vessel, unit),
  }
}

/** What is sent: the number as it was seen, in the person's own unit. */
export function sent(draft: Draft, unit: TemperatureUnit, revision: number): WishSent {
  return {
    mode: draft.mode,
    ...(draft.mode !== 'off' && draft.value !== null ? { value: draft.value, unit } : {}),
    ...(draft.reason ? { reason: draft.reason } : {}),
    revision,
  }
}

/** "20.0 °C" of a draft in the person's unit. */
export function draftSaid(draft: Draft, unit: TemperatureUnit): string {
  return draft.value === null ? words.truths.unknown : temperature(toCelsius(draft.value, unit), unit)
}

function startValue({ requested, observed, limits }: Vessel, unit: TemperatureUnit): number {
  const known = requested.value ?? observed.beer ?? observed.chamber ?? DEFAULT_C
  return round(fromCelsius(Math.min(limits.max, Math.max(limits.min, known)), unit), 1)
}

/** Compared as the person reads them: 75.2 °F is not beyond a limit of 24 °C. */
function beyondLimits(value: number, { limits }: Vessel, unit: TemperatureUnit): string | null {
  const [least, greatest] = [limits.min, limits.max].map((limit) => round(fromCelsius(limit, unit), 1)) as [number, number]
  const said = temperature(toCelsius(value, unit), unit)
  if (value > greatest) return words.setpoint.tooHigh(said, temperature(limits.max, unit))
  if (value < least) return words.setpoint.tooLow(said, temperature(limits.min, unit))
  return null
}

function isSame(mode: Mode, celsius: number, { requested }: Vessel, unit: TemperatureUnit): boolean {
  return requested.mode === mode && requested.value !== null && looksEqual(requested.value, celsius, unit)
}

function farFrom(mode: Mode, celsius: number, vessel: Vessel, unit: TemperatureUnit): Verdict['far'] {
  const from = vessel.requested.value ?? measured(mode, vessel)
  if (from === null) return null
  const gap = round(celsius - from, 6)
  return Math.abs(gap) > FAR_C ? { gap: difference(gap, unit), warmer: gap > 0 } : null
}

function whatWill(mode: Mode, celsius: number, vessel: Vessel, unit: TemperatureUnit): string {
  const what = mode === 'chamber' ? words.vessel.chamber.toLowerCase() : words.vessel.beer.toLowerCase()
  const now = measured(mode, vessel)
  if (now === null) return words.setpoint.willUnknown(what, temperature(celsius, unit))
  if (looksEqual(now, celsius, unit)) return words.setpoint.willHold(what)
  const gap = difference(celsius - now, unit)
  return celsius > now ? words.setpoint.willHeat(what, gap) : words.setpoint.willCool(what, gap)
}

function measured(mode: Mode, { observed }: Vessel): number | null {
  return mode === 'chamber' ? observed.chamber : observed.beer
}
