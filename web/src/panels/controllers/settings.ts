import { fieldsOf } from '../../controls/schema'
import { Problem } from '../../state/server'

/** What differs between two settings; one that is taken back is null, as RFC 7396 has it. */
export function settingsPatch(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  return Object.fromEntries(changed.map((name) => [name, name in after ? after[name] : null]))
}

/** What the server says of settings, by the name of the setting. */
export function settingRefusals(failure: unknown): Record<string, string> {
  if (!(failure instanceof Problem)) return {}
  const found = failure.errors.flatMap(({ where, message }) => (where.startsWith('/settings/') ? [[where.split('/')[2] ?? '', message] as const] : []))
  return Object.fromEntries(found.toReversed())
}

/** True when everything that a driver needs has been said. */
export function isComplete(schema: Record<string, unknown>, settings: Record<string, unknown>): boolean {
  return fieldsOf(schema).every(({ name, optional, usual }) => optional || usual !== undefined || (settings[name] ?? '') !== '')
}
