import { importFile, importReport, type ImportReport } from '@krausen/client'
import { roster } from './roster.svelte'
import { Problem, server, signedOut } from './server'

export type { FileReport, ImportReport } from '@krausen/client'

const ASK_MS = 500
/** Bytes from which on one wants to see how far it is. */
const LARGE = 1_000_000

/** One chosen file, from a first look to what became of it. */
export class Intake {
  phase = $state<'looking' | 'looked' | 'storing' | 'stored'>('looking')
  report = $state.raw<ImportReport | null>(null)
  failure = $state.raw<unknown>(null)
  /** How much is read or stored, 0 to 1. */
  share = $state(0)
  /** What is what in it, where somebody said so. */
  format = $state('')
  readonly file: File
  #looked = 0

  constructor(file: File) {
    this.file = file
  }

  get name(): string {
    return this.file.name
  }

  /** Finds out what storing it would do. Only the newest look counts. */
  async look(zone: string): Promise<void> {
    const turn = (this.#looked += 1)
    this.phase = 'looking'
    this.failure = null
    this.share = 0
    try {
      const report = await this.#done(zone, true, this.file.size >= LARGE)
      if (turn !== this.#looked) return
      this.report = report
      this.phase = 'looked'
    } catch (failure) {
      if (turn !== this.#looked) return
      this.report = null
      this.failure = failure
      this.phase = 'looked'
    }
  }

  /** Stores it, and tells how far that is. The same file again changes nothing, so that it may be sent twice. */
  async store(zone: string): Promise<void> {
    this.phase = 'storing'
    this.failure = null
    this.share = 0
    try {
      this.report = await this.#done(zone, false, true)
      this.phase = 'stored'
      await roster.load()
    } catch (failure) {
      this.failure = failure
      this.phase = 'looked'
    }
  }

  async #done(zone: string, isDry: boolean, isAsync: boolean): Promise<ImportReport> {
    const begun = await this.#send(zone, { isDry, isAsync })
    const report = (await this.#awaited(begun)) ?? (await this.#send(zone, { isDry }))
    if (report.state === 'failed') throw new Error(report.detail)
    return report
  }

  /** What became of an import; null when the server remembers nothing of it, having started anew meanwhile. */
  async #awaited(begun: ImportReport): Promise<ImportReport | null> {
    let report = begun
    while (report.id && (report.state === 'reading' || report.state === 'storing')) {
      this.share = report.share ?? 0
      await new Promise((resume) => setTimeout(resume, ASK_MS))
      try {
        report = await importReport(server, report.id)
      } catch (failure) {
        if (failure instanceof Problem && failure.status === 404) return null
        throw failure
      }
    }
    return report
  }

  #send(zone: string, how: { isDry: boolean; isAsync?: boolean }): Promise<ImportReport> {
    return importFile(this.file, { name: this.name, zone, format: this.format, ...how }, { fetch: watched })
  }
}

/** Calls the server, and says so when one is not signed in any more. */
async function watched(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  if (response.status === 401) signedOut.forEach((tell) => tell())
  return response
}
