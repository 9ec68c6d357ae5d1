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

/** The picture at an address, fetched by the server: a `data:` address, for `site.logo`. For admins. */
export async function pictureAt(server: Krausen, address: string): Promise<string> {
  const { picture } = await server.call<components['schemas']['PictureBody']>('POST', '/pictures', { body: { address } })
  return picture
}

export function removeSetting(server: Krausen, key: string): Promise<void> {
  return server.call('DELETE', `/settings/${encodeURIComponent(key)}`)
}
