import type { TemperatureUnit } from '../units/temperature'

export type Theme = 'system' | 'light' | 'dark'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']
const UNITS: readonly TemperatureUnit[] = ['C', 'F']

/** What this person likes. Kept in this browser. */
class Person {
  theme = $state<Theme>(kept('theme', THEMES, 'system'))
  unit = $state<TemperatureUnit>(kept('unit', UNITS, 'C'))
  keys = $state(kept('keys', ['on', 'off'], 'on') === 'on')

  chooseTheme(theme: Theme): void {
    this.theme = theme
    keep('theme', theme)
  }

  chooseUnit(unit: TemperatureUnit): void {
    this.unit = unit
    keep('unit', unit)
  }

  useKeys(on: boolean): void {
    this.keys = on
    keep('keys', on ? 'on' : 'off')
  }

  nextTheme(): void {
    this.chooseTheme(THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'system')
  }
}

const PREFIX = 'krausen.'

function kept<T extends string>(name: string, choices: readonly T[], usual: T): T {
  const found = storage()?.getItem(PREFIX + name)
  return choices.find((choice) => choice === found) ?? usual
}

function keep(name: string, value: string): void {
  storage()?.setItem(PREFIX + name, value)
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
