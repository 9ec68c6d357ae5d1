import { batchReport, type BatchReport } from '@krausen/client'
import { type BatchCourse, courseOf } from './courses.svelte'
import { Problem, server } from './server'

export type { BatchReport } from '@krausen/client'

/** The report of one batch, with the courses that it draws. */
export class Report {
  report = $state.raw<BatchReport | null>(null)
  course = $state.raw<Pick<BatchCourse, 'columns' | 'from' | 'to'> | null>(null)
  failure = $state.raw<unknown>(null)
  readonly #id: string

  constructor(id: string) {
    this.#id = id
  }

  get isUnknown(): boolean {
    return this.failure instanceof Problem && this.failure.status === 404
  }

  async load(roles: readonly string[]): Promise<void> {
    try {
      const report = await batchReport(server, this.#id)
      this.course = await courseOf(report.batch, roles)
      this.report = report
      this.failure = null
    } catch (failure) {
      this.failure = failure
    }
  }
}
