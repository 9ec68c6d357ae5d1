import type { TemperatureUnit } from '../units/temperature'
import { session } from './session.svelte'
import { settings } from './settings.svelte'

export type Theme = 'system' | 'light' | 'dark'
export type Switch = 'on' | 'off'
export type Start = 'overview' | 'last'

/** What a person may like, and the choices there are; the first is the usual one. */
const CHOICES = {
  theme: ['system', 'light', 'dark'],
  unit: ['C', 'F'],
  keys: ['on', 'off'],
  start: ['overview', 'last'],
} as const

type Taste = keyof typeof CHOICES
type Choice<T extends Taste> = (typeof CHOICES)[T][number]

/** What this person likes. Kept on the server, and in this browser for the first paint. */
class Person {
  theme = $state<Theme>(kept('theme'))
  unit = $state<TemperatureUnit>(kept('unit'))
  keys = $state(kept('keys') === 'on')
  /** Which page stands there when one comes without the address of another. */
  start = $state<Start>(kept('start'))

  chooseTheme(theme: Theme): Promise<() => Promise<void>> {
    return this.#choose('theme', theme)
  }

  chooseUnit(unit: TemperatureUnit): Promise<() => Promise<void>> {
    return this.#choose('unit', unit)
  }

  useKeys(on: boolean): Promise<() => Promise<void>> {
    return this.#choose('keys', on ? 'on' : 'off')
  }

  chooseStart(start: Start): Promise<() => Promise<void>> {
    return this.#choose('start', start)
  }

  nextTheme(): void {
    const next = CHOICES.theme[(CHOICES.theme.indexOf(this.theme) + 1) % CHOICES.theme.length] ?? 'system'
    // The theme is on the page at once; a server that does not take it now is no reason to keep a person in the dark.
    this.chooseTheme(next).catch(() => undefined)
  }

  /** Takes over what the server holds of this person; what it does not hold stays. */
  adopt(): void {
    const id = session.user?.id
    if (!id) return
    this.#adopt('theme', id)
    this.#adopt('unit', id)
    this.#adopt('keys', id)
    this.#adopt('start', id)
  }

  #adopt(taste: Taste, id: string): void {
    const found = choiceIn(taste, settings.values.get(keyOf(id, taste)))
    if (found !== undefined) this.#set(taste, found)
  }

  /** Gives what takes the choice back. Throws the server's refusal; here it counts all the same. */
  async #choose<T extends Taste>(taste: T, choice: Choice<T>): Promise<() => Promise<void>> {
    const before = kept(taste)
    this.#set(taste, choice)
    const id = session.user?.id
    if (id) await settings.keep(keyOf(id, taste), choice)
    return async () => void (await this.#choose(taste, before))
  }

  #set(taste: Taste, choice: string): void {
    keep(taste, choice)
    this.theme = kept('theme')
    this.unit = kept('unit')
    this.keys = kept('keys') === 'on'
    this.start = kept('start')
  }
}

/** Under which key the server keeps what a person likes. */
function keyOf(user: string, taste: Taste): string {
  return `user.${user}.${taste}`
}

function choiceIn<T extends Taste>(taste: T, value: unknown): Choice<T> | undefined {
  return CHOICES[taste].find((choice) => choice === value)
}

const PREFIX = 'krausen.'
const remembered: Partial<Record<Taste, string>> = {}

function kept<T extends Taste>(taste: T): Choice<T> {
  return choiceIn(taste, storage()?.getItem(PREFIX + taste) ?? remembered[taste]) ?? CHOICES[taste][0]
}

function keep(taste: Taste, value: string): void {
  remembered[taste] = value
  storage()?.setItem(PREFIX + taste, value)
}

/** Some browsers forbid storage; the choice then lasts as long as the page. */
function storage(): Storage | null {
  try {
    return globalThis.localStorage
  } catch (failure) {
    if (failure instanceof DOMException) return null
    throw failure
  }
}

export const person = new Person()
