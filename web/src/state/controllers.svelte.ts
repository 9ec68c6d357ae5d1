import {
  addController,
  type Assignment,
  assignIoDevice,
  changeController,
  type Controller,
  controller as read,
  type ControllerDetail,
  type ControllerDriver,
  controllerDrivers,
  type ControllerLine,
  controllerLog,
  type ControllerMemory,
  type ControllerPatch,
  type ControllerPlan,
  controllers as readAll,
  type IoDevice,
  ioDevices,
  type NewController,
  type ParameterValue,
  removeController,
  resetController,
  restartController,
  scanIoDevices,
  setParameters,
} from '@krausen/client'
import { changes, controllerNews } from './changes'
import { latest } from './latest.svelte'
import { Listing } from './listing.svelte'
import { Problem, type Series, server } from './server'
import { site } from './site.svelte'
import { instant } from '../units/time'

export type {
  Assignment,
  Controller,
  ControllerDetail,
  ControllerDriver,
  ControllerLine,
  ControllerMemory,
  ControllerParameter,
  ControllerState,
  FirmwareDoing,
  IoChoice,
  IoDevice,
  ParameterValue,
} from '@krausen/client'

const SOON_MS = 300
const LINES = 200

/** The controllers, their states as they are told live. */
class Controllers extends Listing<Controller> {
  constructor() {
    super(() => readAll(server), ['controller', 'vessel'])
  }

  override follow(): () => void {
    const ends = [super.follow(), controllerNews.listen((news) => this.#hear(news))]
    return () => ends.forEach((end) => end())
  }

  of(name: string): Controller | undefined {
    return this.items.find((one) => one.name === name)
  }

  /** Each of these throws the server's refusal. */
  async add(plan: ControllerPlan): Promise<NewController> {
    const added = await addController(server, plan)
    await this.load()
    return added
  }

  /** One that nobody has heard of yet brings the others along. */
  #hear(news: Controller): void {
    if (!this.of(news.name)) return void this.load()
    this.items = this.items.map((one) => (one.name === news.name ? news : one))
  }
}

/** One controller: what it tells of itself, what it measures, says and is wired to. */
export class ControllerView {
  readonly name: string
  known = $state.raw<ControllerDetail | null>(null)
  failure = $state.raw<unknown>(null)
  /** The server's time at which `known` was told. */
  heardAt = $state(0)
  series = $state.raw<readonly Series[]>([])
  /** Newest first; null until it was read. */
  lines = $state.raw<readonly ControllerLine[] | null>(null)
  linesFailure = $state.raw<unknown>(null)
  /** Null until they were read. */
  devices = $state.raw<readonly IoDevice[] | null>(null)
  devicesFailure = $state.raw<unknown>(null)
  /** The server's time at which the devices were read. */
  devicesAt = $state<number | null>(null)
  isScanning = $state(false)

  constructor(name: string) {
    this.name = name
  }

  /** There is no controller of this name. */
  get isUnknown(): boolean {
    return this.failure instanceof Problem && this.failure.status === 404
  }

  /** Reads what is known; what was known before stays when no answer comes. */
  async load(): Promise<void> {
    try {
      const [known, series] = await Promise.all([read(server, this.name), server.series({ adapter: this.name })])
      this.#learn(known)
      this.#measure(series)
      this.failure = null
    } catch (failure) {
      this.failure = failure
    }
  }

  /** Reads the newest lines of its log. */
  async listen(): Promise<void> {
    try {
      this.lines = await controllerLog(server, this.name, LINES)
      this.linesFailure = null
    } catch (failure) {
      this.linesFailure = failure
    }
  }

  /** Reads its inputs and outputs as they were told last. */
  look(): Promise<void> {
    return this.#read(() => ioDevices(server, this.name))
  }

  /** Has it look for hardware anew, with present values. Throws nothing: `devicesFailure` tells. */
  async scan(): Promise<void> {
    if (this.isScanning) return
    this.isScanning = true
    try {
      await this.#read(() => scanIoDevices(server, this.name))
    } finally {
      this.isScanning = false
    }
  }

  /** Keeps it as it is at the server from here on; gives the act that ends that. */
  follow(): () => void {
    let soon: ReturnType<typeof setTimeout> | undefined
    const deaf = changes.listen(({ what, id }) => {
      if (what !== 'controller' || id !== this.name) return
      clearTimeout(soon)
      soon = setTimeout(() => void this.load(), SOON_MS)
    })
    const mute = controllerNews.listen((news) => (news.name === this.name ? this.#hear(news) : undefined))
    return () => {
      deaf()
      mute()
      clearTimeout(soon)
    }
  }

  /** The series of one of its metrics, null while it has none. */
  seriesOf(metric: string): string | null {
    return this.series.find((one) => one.metric === metric)?.id ?? null
  }

  /** Each of the following throws the server's refusal. */
  async change(patch: ControllerPatch, seen: number): Promise<void> {
    this.#learn(await changeController(server, this.name, patch, seen))
  }

  async assign(device: string, assignment: Assignment): Promise<void> {
    const changed = await assignIoDevice(server, this.name, device, assignment)
    this.devices = (this.devices ?? []).map((one) => (one.id === changed.id ? changed : one))
    // Whose place it took is free by now.
    await this.look()
  }

  async set(values: Record<string, ParameterValue>): Promise<void> {
    const parameters = await setParameters(server, this.name, values)
    if (this.known) this.known = { ...this.known, parameters }
  }

  async reset(what: ControllerMemory, reason: string): Promise<void> {
    await resetController(server, this.name, what, reason)
    await this.load()
  }

  restart(reason: string): Promise<void> {
    return restartController(server, this.name, reason)
  }

  remove(reason: string): Promise<void> {
    return removeController(server, this.name, reason)
  }

  #hear(news: ControllerDetail): void {
    this.#learn(news)
    this.failure = null
    if (this.series.length === 0 && news.state === 'connected') void this.load()
  }

  #learn(known: ControllerDetail): void {
    this.known = known
    this.heardAt = site.clock.now()
  }

  #measure(series: readonly Series[]): void {
    this.series = series
    for (const { id, latest: newest } of series) {
      const at = instant(newest?.t)
      if (newest && at !== null) latest.hear({ series: id, t: at, v: newest.v, quality: newest.quality })
    }
  }

  async #read(ask: () => Promise<readonly IoDevice[]>): Promise<void> {
    try {
      this.devices = await ask()
      this.devicesAt = site.clock.now()
      this.devicesFailure = null
    } catch (failure) {
      this.devicesFailure = failure
    }
  }
}

export const controllers = new Controllers()
/** The kinds of controllers do not change while the server runs. */
export const drivers = new Listing<ControllerDriver>(() => controllerDrivers(server), [])
