import type { Column } from '../../state/columns'
import type { BatchCourse } from '../../state/courses.svelte'
import type { BatchEvent } from '../../state/server'
import { instant } from '../../units/time'

export type By = 'pitch' | 'start' | 'calendar'
export const BYS: readonly By[] = ['pitch', 'start', 'calendar']

/** How each line of a comparison looks, the first one foremost. The same in every pane, table and list. */
export const LOOKS = [
  { colour: '--beer', width: 2.5 },
  { colour: '--gravity', width: 1.8 },
  { colour: '--ochre', width: 1.6, dash: [7, 4] },
  { colour: '--indigo', width: 1.6, dash: [2, 4] },
  { colour: '--slate', width: 1.6, dash: [12, 4] },
  { colour: '--chamber', width: 1.6, dash: [1, 3] },
] as const

export function byOf(word: string | null): By {
  return BYS.find((one) => one === word) ?? 'pitch'
}

/** When the yeast went in, by what was written down; null when nobody wrote it. */
export function pitchedAt(events: readonly BatchEvent[]): number | null {
  const times = events.filter(({ kind, text }) => kind === 'pitch' || /\bpitch/i.test(text)).flatMap(({ at }) => instant(at) ?? [])
  return times.length ? Math.min(...times) : null
}

/** The instant that counts as 0. A calendar counts from the beginning of time. */
export function originOf(course: Pick<BatchCourse, 'events' | 'from'>, by: By): number {
  if (by === 'calendar') return 0
  return (by === 'pitch' ? pitchedAt(course.events) : null) ?? course.from
}

/** A column whose times count from `origin`. */
export function shifted(column: Column, origin: number): Column {
  return origin === 0 ? column : { ...column, t: column.t.map((t) => t - origin) }
}

/** A batch of a comparison with its courses counted from its origin. */
export interface Aligned {
  course: BatchCourse
  label: string
  look: (typeof LOOKS)[number]
  gravity: Column | null
  beer: Column | null
  from: number
  to: number
}

export function aligned(courses: readonly BatchCourse[], by: By): Aligned[] {
  return courses.map((course, i) => {
    const origin = originOf(course, by)
    const column = (role: string) => (course.columns[role] ? shifted(course.columns[role], origin) : null)
    return {
      course,
      label: course.batch.name,
      look: LOOKS[i % LOOKS.length] ?? LOOKS[0],
      gravity: column('gravity'),
      beer: column('beer'),
      from: course.from - origin,
      to: course.to - origin,
    }
  })
}
