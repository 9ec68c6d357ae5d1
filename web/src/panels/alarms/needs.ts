import type { Alarm, Vessel } from '../../state/server'

/** The vessels that need somebody, and how many alarms do that belong to none of them. */
export function needs(real: readonly Alarm[], vessels: readonly Pick<Vessel, 'id'>[]): { vessels: ReadonlySet<string>; others: number } {
  const known = new Set(vessels.map(({ id }) => id))
  const [there, others] = [real.filter(({ vessel }) => vessel !== null && known.has(vessel)), real.filter(({ vessel }) => vessel === null || !known.has(vessel))]
  return { vessels: new Set(there.map(({ vessel }) => vessel ?? '')), others: others.length }
}
