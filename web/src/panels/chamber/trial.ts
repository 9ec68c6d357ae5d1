import type { IconName } from '../../controls/icons'
import type { Finding, FindingLevel, PreflightReport } from '../../state/preflight.svelte'
import { FIRMWARE } from '../../state/roster.svelte'
import type { Vessel } from '../../state/server'
import { chamber as words } from '../../text/chamber'
import { timeSaid } from './quantities'

export const ICONS: Record<FindingLevel, IconName> = { good: 'check', warning: 'warning', fault: 'cross' }
const GRAVEST: readonly FindingLevel[] = ['fault', 'warning', 'good']

/** Why a pre-flight cannot start now, empty when it can; and whether switching off would help. */
export interface Hindrance {
  why: string
  isMode: boolean
}

export function hindranceOf(vessel: Vessel, isAgentAway: boolean): Hindrance | null {
  const because = (why: string, isMode = false): Hindrance => ({ why, isMode })
  if (vessel.algorithm === FIRMWARE) return because(words.hindrance.firmware)
  if (!vessel.agent) return because(words.hindrance.watched)
  if (vessel.requested.mode !== 'off') return because(words.hindrance.mode(vessel.name), true)
  if (isAgentAway) return because(words.hindrance.away(vessel.agent))
  return vessel.accepted.mode === 'off' ? null : because(words.hindrance.taking(vessel.agent))
}

/** The gravest of what was found; null when nothing was. */
export function gravestOf(findings: readonly Finding[]): FindingLevel | null {
  return GRAVEST.find((level) => findings.some((one) => one.level === level)) ?? null
}

/** The gravest first, else in the order in which they were found. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return GRAVEST.flatMap((level) => findings.filter((one) => one.level === level))
}

/** How one ended: when, and what that means; null while none has ended. */
export function endOf({ state, findings }: PreflightReport, when: string): { when: string; verdict: string } | null {
  if (state === 'none' || state === 'waiting' || state === 'running') return null
  const gravest = gravestOf(findings)
  return { when: words.ended[state](when), verdict: state === 'stopped' ? words.verdict.stopped : gravest ? words.verdict[gravest] : '' }
}

/** What was measured beside what the findings say: how long each output went on after it was off. */
export function measuredOf({ measured }: Pick<PreflightReport, 'measured'>): { title: string; said: string }[] {
  return Object.entries(words.goesOn).flatMap(([name, title]) => {
    const seconds = measured[name]
    return seconds !== undefined ? [{ title, said: timeSaid(seconds) }] : []
  })
}
