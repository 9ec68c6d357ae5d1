/** Rehearsals: how a profile would go on a vessel, by what was learned of it. */
import type { ProfilePlan } from './profiles.js'
import type { Krausen } from './rest.js'

/** `t` are epoch milliseconds, temperatures °C. In nine lives of ten the beer is between low and high. */
export interface Rehearsal {
  t: number[]
  setpoint: number[]
  beer: { low: number[]; mean: number[]; high: number[] }
  /** When each step has its temperature, and how late; null where it is over or never has it. */
  steps: { reached_at: string | null; late_h: number | null }[]
  starts_per_day: number
  kwh: number
  warnings: string[]
}

/** On which vessel, and when the first step begins, else now. A plan need not be kept to be rehearsed. */
export interface RehearsalWish {
  vessel: string
  from?: string | number
  profile?: ProfilePlan
}

/** Rehearses a profile, which takes some seconds; 409 where nothing was learned of the vessel, 429 while another goes on. */
export function rehearseProfile(server: Krausen, profile: string, wish: RehearsalWish, signal?: AbortSignal): Promise<Rehearsal> {
  return server.call('POST', `/profiles/${encodeURIComponent(profile)}/rehearse`, { body: wish, signal })
}
