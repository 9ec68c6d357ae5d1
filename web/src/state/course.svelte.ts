import { changeCourse, type Course, course, type CourseAct, type CourseReason, moveCourse, shiftCourse } from '@krausen/client'
import { planOf, type Draft } from './draft'
import { roster } from './roster.svelte'
import { Problem, server } from './server'
import { instant } from '../units/time'
import { type Corner, cornersOf, layOut, type Leg, type Standstill, valueOf } from './timeline'

/** The profile that a vessel follows, kept as it is at the server. Its acts throw the server's refusal. */
export class RunningCourse {
  readonly vessel: string
  course = $state.raw<Course | null>(null)
  failure = $state.raw<unknown>(null)
  phase = $state<'loading' | 'ready' | 'failed'>('loading')

  constructor(vessel: string) {
    this.vessel = vessel
  }

  /** Null where nothing is followed. What is known stays until the answer is here. */
  async load(): Promise<void> {
    try {
      this.#take(await course(server, this.vessel))
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 404) return this.#take(null)
      this.failure = failure
      if (this.course === null) this.phase = 'failed'
    }
  }

  async move(act: CourseAct, why: CourseReason): Promise<void> {
    this.#take(await moveCourse(server, this.vessel, act, why))
  }

  async shift(hours: number, why: CourseReason): Promise<void> {
    this.#take(await shiftCourse(server, this.vessel, hours, why))
  }

  async change(draft: Draft, why: CourseReason): Promise<void> {
    const { steps, events } = planOf(draft)
    this.#take(await changeCourse(server, this.vessel, { steps, events, ...why }))
  }

  /** Leaves the profile and keeps what it asks for now. */
  async hold(setpoint: number, why: CourseReason): Promise<void> {
    roster.apply(await server.request(this.vessel, { mode: 'beer', value: setpoint, unit: 'C', ...why }))
    await this.load()
  }

  #take(course: Course | null): void {
    this.course = course
    this.failure = null
    this.phase = 'ready'
  }
}

export const startOf = ({ start }: Course): number => instant(start) ?? 0

/** Pauses as they are known at an instant: one that lasts ends there, as if it went on at once. */
export function standstills({ pauses }: Course, now: number): Standstill[] {
  return pauses.flatMap(({ start, end }) => {
    const from = instant(start) ?? 0
    return from < now ? [{ start: from, end: Math.min(now, instant(end) ?? now) }] : []
  })
}

/** The steps of a course as they lie in time. While it is paused, as if it went on now. */
export function legsOf(course: Course, now: number): Leg[] {
  return layOut(course.profile.steps.map((step) => ({ ...step, until: instant(step.until) })), startOf(course), standstills(course, now))
}

/** The setpoint from now on, up to where it stays level for good. */
export function aheadOf(course: Course, now: number): Corner[] {
  const legs = legsOf(course, now)
  const end = Math.max(now, legs.at(-1)?.start ?? now)
  const corners = cornersOf(legs, now, end)
  return corners.length ? corners : [{ t: now, c: valueOf(legs, now) }]
}

const courses: Record<string, RunningCourse> = {}

/** What a vessel follows, one and the same wherever it is shown. */
export function runningCourse(vessel: string): RunningCourse {
  return (courses[vessel] ??= new RunningCourse(vessel))
}
