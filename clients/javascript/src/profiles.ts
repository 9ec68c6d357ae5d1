/** Wanted courses of temperature: profiles as people draw them, and the one that a vessel follows. */
import type { Complaint } from './problem.js'
import type { Krausen } from './rest.js'
import type { Vessel } from './schema.js'

export type ProfileType = 'fermentation' | 'mash'

/** A hold keeps its temperature, a ramp goes there evenly, a step is there at once. */
export type StepKind = 'hold' | 'ramp' | 'step'

/** One piece of a course: its temperature, °C, and how many hours it lasts or until when; a last hold with neither stays. */
export interface ProfileStep {
  kind: StepKind
  temperature: number
  hours: number | null
  until: string | null
  title: string
}

/** Something to be told so many hours after the start. */
export interface ProfileEvent {
  hours: number
  text: string
}

export interface ProfilePlan {
  name: string
  type: ProfileType
  steps: ProfileStep[]
  events: ProfileEvent[]
}

export interface Profile extends ProfilePlan {
  id: string
  revision: number
  created_at: string
  updated_at: string
}

/** A way in which another system writes profiles down. */
export interface ProfileForm {
  name: string
  title: string
}

/** What a text would become; nothing is stored. Without a profile it cannot be read. */
export interface ProfilePreview {
  form: string
  profile: ProfilePlan | null
  start: string | null
  complaints: { line: number | null; reason: string }[]
}

/** A text of another system. Without `form` it is found out; `unit` is that of temperatures which say none. */
export interface ProfileText {
  text: string
  form?: string
  name?: string
  type?: ProfileType
  unit?: 'C' | 'F'
}

/** Corners of a curve, straight in between: epoch milliseconds and °C. */
export interface Curve {
  t: number[]
  setpoint: number[]
}

type Instant = number | string

/** When a step begins, has its temperature, and ends; null for never. */
export interface Milestone {
  step: number
  begins: Instant
  reached: Instant | null
  ends: Instant | null
}

export interface ProfileCurve extends Curve {
  milestones: Milestone[]
  events: { t: Instant; text: string }[]
  faults: Complaint[]
}

/** A profile that a vessel follows: its own copy of it, since when, and where it stands. `revision` is that of the wish. */
export interface Course {
  vessel: string
  profile: ProfilePlan & { id: string }
  start: Instant
  pauses: { start: Instant; end: Instant | null }[]
  paused: boolean
  now: { t: Instant; setpoint: number; step: number | null; step_ends: Instant | null }
  curve: Curve
  milestones: Milestone[]
  events: { t: Instant; text: string }[]
  revision: number
}

/** Who asks, and what they saw: a newer wish is answered 409 instead of overruled. */
export interface CourseReason {
  reason?: string
  revision?: number
}

export type CourseAct = 'insert' | 'next' | 'pause' | 'resume'

const at = (profile: string, rest = '') => `/profiles/${encodeURIComponent(profile)}${rest}`
const of = (vessel: string, rest = '') => `/vessels/${encodeURIComponent(vessel)}/course${rest}`

export function profiles(server: Krausen): Promise<Profile[]> {
  return server.collection('/profiles')
}

export function profile(server: Krausen, id: string): Promise<Profile> {
  return server.call('GET', at(id))
}

export function addProfile(server: Krausen, plan: ProfilePlan): Promise<Profile> {
  return server.call('POST', '/profiles', { body: plan })
}

/** Replaces a profile as it was seen; 409 when somebody else was first. */
export function changeProfile(server: Krausen, id: string, plan: ProfilePlan, seen?: number): Promise<Profile> {
  return server.call('PUT', at(id), { body: plan, seen })
}

/** Removes a profile; a vessel that follows it goes on with its own copy. */
export function removeProfile(server: Krausen, id: string, reason = '', seen?: number): Promise<void> {
  return server.call('DELETE', at(id), { seen, ...(reason ? { query: { reason } } : {}) })
}

export async function profileForms(server: Krausen): Promise<ProfileForm[]> {
  return (await server.call<{ items: ProfileForm[] }>('GET', '/profiles/forms')).items
}

/** What a text of another system would become. */
export function previewProfile(server: Krausen, wish: ProfileText): Promise<ProfilePreview> {
  return server.call('POST', '/profiles/import', { body: wish })
}

/** Lays out a profile that need not be stored, and tells what is wrong with it. */
export function profileCurve(server: Krausen, plan: ProfilePlan, start: string, signal?: AbortSignal): Promise<ProfileCurve> {
  return server.call('POST', '/profiles/curve', { body: { profile: plan, start }, signal })
}

/** Has a vessel follow a profile, from now on unless `start` says when. */
export function followProfile(server: Krausen, vessel: string, profile: string, wish: CourseReason & { start?: string } = {}): Promise<Vessel> {
  return server.call('PUT', `/vessels/${encodeURIComponent(vessel)}/setpoint`, { body: { mode: 'profile', profile, ...wish } })
}

/** The profile that a vessel follows; 404 when it follows none. */
export function course(server: Krausen, vessel: string): Promise<Course> {
  return server.call('GET', of(vessel))
}

/** Changes what a vessel follows from now on; the setpoint does not jump. */
export function changeCourse(server: Krausen, vessel: string, plan: Pick<ProfilePlan, 'steps' | 'events'> & CourseReason): Promise<Course> {
  return server.call('PUT', of(vessel), { body: plan })
}

export function moveCourse(server: Krausen, vessel: string, act: CourseAct, why: CourseReason = {}): Promise<Course> {
  return server.call('POST', of(vessel, `/${act}`), { body: why })
}

/** Moves all that has not begun yet to later or, if negative, to earlier. */
export function shiftCourse(server: Krausen, vessel: string, hours: number, why: CourseReason = {}): Promise<Course> {
  return server.call('POST', of(vessel, '/shift'), { body: { hours, ...why } })
}
