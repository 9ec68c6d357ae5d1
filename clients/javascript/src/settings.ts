/** Settings by key. Those that begin with `site.` are for admins to change. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'

export type Setting = components['schemas']['SettingBody']

export function settings(server: Krausen): Promise<Setting[]> {
  return server.collection('/settings')
}

/** Keeps a value: anything JSON can say. */
export function keepSetting(server: Krausen, key: string, value: unknown): Promise<Setting> {
  return server.call('PUT', `/settings/${encodeURIComponent(key)}`, { body: { value } })
}

export function removeSetting(server: Krausen, key: string): Promise<void> {
  return server.call('DELETE', `/settings/${encodeURIComponent(key)}`)
}
