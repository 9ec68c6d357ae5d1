import type { Alarm } from '../../../src/state/server'

/** A warning that was raised at 17:00 UTC and that nobody has seen, changed as a test likes. */
export function alarmOf(change: Partial<Alarm> = {}): Alarm {
  return {
    id: 'a1',
    rule: 'out_of_band',
    priority: 'warning',
    state: 'unacknowledged',
    vessel: 'freezer20',
    device: null,
    since: '2026-11-20T17:00:00.000Z',
    at: '2026-11-20T17:00:00.000Z',
    title: 'North freezer is 1.7 °C below its setpoint',
    detail: '',
    do: '',
    by: '',
    reason: '',
    test: false,
    acknowledged_at: null,
    cleared_at: null,
    shelved_until: null,
    revision: 1,
    ...change,
  }
}
