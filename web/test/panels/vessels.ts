import type { Vessel } from '../../src/state/server'

const AT = '2026-11-20T17:42:00Z'

/** A vessel that holds 19.2 °C and heats, changed as a test likes. */
export function vesselOf(change: Partial<Vessel> = {}): Vessel {
  const wish = { revision: 18, mode: 'beer', value: 19.2, profile: null, reason: '', by: 'Anna', at: '2026-11-20T13:02:00Z' } as const
  return {
    id: 'freezer20',
    name: 'North freezer',
    kind: 'bucket',
    agent: 'cellar-pi',
    algorithm: 'hysteresis',
    settings: {},
    revision: 1,
    created_at: AT,
    updated_at: AT,
    limits: { min: 1, max: 24 },
    roles: { beer: 's1', chamber: 's2' },
    chamber: null,
    batch: null,
    requested: wish,
    accepted: { ...wish, state: 'accepted', detail: '' },
    demanded: { heat: 0.28, cool: 0, why: ['Beer is 0.03 °C below.', 'Heater runs 90 s more.'], at: AT },
    observed: { beer: 19.17, chamber: 19.6, heat: true, cool: false, at: AT, stale: false },
    ...change,
  }
}

export const NOW = Date.parse('2026-11-20T17:42:07Z')
