import { addProfile, changeProfile, followProfile, type Profile, profile, type ProfilePreview, profileForms, profiles as listed, type ProfileText, previewProfile, removeProfile } from '@krausen/client'
import { Listing } from './listing.svelte'
import { roster } from './roster.svelte'
import { type ProfileForm, type ProfilePlan, server, type Vessel } from './server'

/** Every profile there is. */
export const profiles = new Listing<Profile>(() => listed(server), ['profile'])

/** Text forms of other systems do not change while the server runs. */
export const forms = new Listing<ProfileForm>(() => profileForms(server), [])

export const profileOf = (id: string): Promise<Profile> => profile(server, id)

export async function add(plan: ProfilePlan): Promise<Profile> {
  const made = await addProfile(server, plan)
  await profiles.load()
  return made
}

/** Replaces one as it was seen; 409 when somebody else was first. */
export async function change(id: string, plan: ProfilePlan, seen?: number): Promise<Profile> {
  const made = await changeProfile(server, id, plan, seen)
  await profiles.load()
  return made
}

export async function remove({ id, revision }: Pick<Profile, 'id' | 'revision'>, reason = ''): Promise<void> {
  await removeProfile(server, id, reason, revision)
  await profiles.load()
}

/** What a text of another system would become; nothing is stored. */
export function preview(text: ProfileText): Promise<ProfilePreview> {
  return previewProfile(server, text)
}

/** Has a vessel follow a profile; without `start` from now on. */
export async function follow(vessel: string, profile: string, wish: { start?: string; reason?: string; revision?: number }): Promise<void> {
  roster.apply(await followProfile(server, vessel, profile, wish))
}

/** Vessels that follow a profile, each a copy of its own. */
export function followersOf(id: string): Vessel[] {
  return roster.vessels.filter(({ requested }) => requested.mode === 'profile' && requested.profile === id)
}

/** Where a profile is as a text of another system. */
export function exportAddress(id: string, form: string, unit: 'C' | 'F'): string {
  return `/api/v1/profiles/${encodeURIComponent(id)}/export?${new URLSearchParams({ form, unit }).toString()}`
}
