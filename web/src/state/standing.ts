import type { Alarm } from './server'

/** The states of alarms that stand, in the order in which they want to be seen. */
export const STANDING = ['unacknowledged', 'returned', 'acknowledged', 'shelved'] as const
export type Standing = (typeof STANDING)[number]
export type Priority = Alarm['priority']

const PRIORITIES: readonly Priority[] = ['critical', 'warning', 'notice']

/** The worst first; a test after what is true, and the newest before the older ones. */
export function ordered(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort((a, b) => rank(a) - rank(b) || Number(a.test) - Number(b.test) || b.since.localeCompare(a.since))
}

function rank({ priority }: Alarm): number {
  return PRIORITIES.indexOf(priority)
}

/** Alarms by state, each group in order; states without one are left out. */
export function groupsOf(alarms: readonly Alarm[]): { state: Standing; alarms: Alarm[] }[] {
  return STANDING.map((state) => ({ state, alarms: ordered(alarms.filter((one) => one.state === state)) })).filter((group) => group.alarms.length)
}

/** The alarms with one of them as it is told now. The very same list where that is older than what is known. */
export function taken(alarms: readonly Alarm[], told: Alarm): readonly Alarm[] {
  const known = alarms.find((one) => one.id === told.id)
  if (known && known.revision > told.revision) return alarms
  const others = alarms.filter((one) => one.id !== told.id)
  return told.state === 'normal' ? (known ? others : alarms) : [...others, told]
}

/** True when somebody must be called: it is critical, is to be seen, and was not both before. */
export function calls(told: Alarm, before: Alarm | undefined): boolean {
  return isCall(told) && !(before && isCall(before))
}

function isCall({ priority, state }: Alarm): boolean {
  return priority === 'critical' && state === 'unacknowledged'
}
