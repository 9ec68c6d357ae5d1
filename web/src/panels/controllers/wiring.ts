import type { IconName } from '../../controls/icons'
import type { Assignment, IoChoice, IoDevice } from '../../state/controllers.svelte'
import { Problem } from '../../state/server'
import { wiring as words } from '../../text/controllers'
import { fixed, round, typed } from '../../units/round'
import { differenceFromCelsius, temperature, type TemperatureUnit } from '../../units/temperature'

/** The function of what does nothing. */
export const FREE = 'none'
/** How many of them firmwares count. */
export const CHAMBERS = ['1', '2', '3', '4']
export const BEERS = ['1', '2', '3', '4', '5', '6']
const FIRST = 1

/** Something that hardware can be: a function, and whose it is; with the device that is it now. */
export interface Place {
  key: string
  choice: IoChoice
  chamber: number
  /** 0 for what serves a whole chamber. */
  beer: number
  device: IoDevice | null
}

/** A chamber with what it can have. */
export interface Chamber {
  number: number
  name: string
  places: readonly Place[]
}

/** What a person makes of a device, before it is written. */
export interface Draft {
  function: string
  chamber: string
  beer: string
  slot: string
  inverted: boolean
  /** In the person's unit. */
  calibration: string
}

/** What is known of the wiring of a controller. */
export interface Wiring {
  choices: readonly IoChoice[]
  devices: readonly IoDevice[]
  slots: number
}

/** Every chamber that has something, or a name, and the first one; each with all that it can have. */
export function chambersOf({ choices, devices }: Pick<Wiring, 'choices' | 'devices'>, named: readonly { id: string; name: string }[]): Chamber[] {
  const numbers = new Set([FIRST, ...named.map(({ id }) => Number(id)), ...devices.filter(isWired).map(({ chamber }) => chamber)])
  return [...numbers]
    .filter((number) => number > 0)
    .sort((a, b) => a - b)
    .map((number) => ({
      number,
      name: named.find(({ id }) => Number(id) === number)?.name ?? words.chamberN(number),
      places: placesIn(number, choices, devices),
    }))
}

function placesIn(chamber: number, choices: readonly IoChoice[], devices: readonly IoDevice[]): Place[] {
  const here = devices.filter((device) => isWired(device) && device.chamber === chamber)
  const unlisted = here.filter((device) => !choices.some((choice) => choice.function === device.function)).map(unlistedChoice)
  return ordered([...choices, ...unlisted]).flatMap((choice) => {
    const wired = here.filter((device) => device.function === choice.function)
    const beers = choice.of_beer ? [...new Set([FIRST, ...wired.map(({ beer }) => beer)])].sort((a, b) => a - b) : [0]
    return beers.map((beer) => ({
      key: keyOf(choice.function, chamber, beer),
      choice,
      chamber,
      beer,
      device: wired.find((device) => !choice.of_beer || device.beer === beer) ?? null,
    }))
  })
}

/** What can be assigned: probes before what they lead to, and what is only looked at last. */
export function ordered(choices: readonly IoChoice[]): IoChoice[] {
  return choices.filter(isWired).toSorted((a, b) => rank(a) - rank(b))
}

function rank({ device_type }: IoChoice): number {
  const found = ['probe', 'output'].indexOf(device_type)
  return found < 0 ? 2 : found
}

/** A function that the controller has and does not offer: it stands as it is called. */
function unlistedChoice(device: IoDevice): IoChoice {
  return { function: device.function, title: device.function.replaceAll('_', ' '), device_type: device.device_type, hardware: [device.hardware], of_beer: device.beer > 0 }
}

/** True for what is something, and for what can be something. */
export function isWired(one: Pick<IoDevice, 'function'>): boolean {
  return one.function !== FREE
}

/** Hardware in the order of what it does, then what is free, by title. */
export function orderedHardware(devices: readonly IoDevice[], chambers: readonly Chamber[]): IoDevice[] {
  const places = chambers.flatMap((chamber) => chamber.places)
  const order = new Map(places.flatMap(({ device }, i) => (device ? [[device.id, i] as const] : [])))
  const rankOf = ({ id }: IoDevice) => order.get(id) ?? places.length
  return devices.toSorted((a, b) => rankOf(a) - rankOf(b) || titleOf(a).localeCompare(titleOf(b)))
}

/** Why a device cannot be what a place needs, or null when it can. */
export function hindranceOf(place: Pick<Place, 'choice' | 'device'>, device: IoDevice, { devices, slots }: Pick<Wiring, 'devices' | 'slots'>): string | null {
  const misfit = misfitOf(place.choice, device)
  if (misfit !== null) return misfit
  if (place.device && place.device.id !== device.id) return words.taken(titleOf(place.device))
  return !isWired(device) && freeSlot(devices, slots) === null ? words.fullSlots : null
}

function misfitOf(choice: IoChoice, device: IoDevice): string | null {
  if (choice.device_type === 'probe' && device.hardware === 'pin') return words.noTemperature
  if (choice.device_type !== 'probe' && device.device_type === 'probe') return words.noSwitching
  if (!choice.hardware.includes(device.hardware)) return words.cannot(titleOf(device), choice.title)
  if (device.hardware !== 'pin' || !SWITCHING.has(device.device_type) || device.device_type === choice.device_type) return null
  return device.device_type === 'switch' ? words.isInput : words.isOutput
}

/** What the pins of a board are wired to, and cannot be otherwise. */
const SWITCHING = new Set(['switch', 'output'])

/** The first slot that nothing is in; null when there is none. */
export function freeSlot(devices: readonly IoDevice[], slots: number): number | null {
  const used = new Set(devices.map(({ slot }) => slot))
  const found = Array.from({ length: slots }, (_, slot) => slot).find((slot) => !used.has(slot))
  return found ?? null
}

/** What a device is called: as the driver says, else by its address or pin. */
export function titleOf({ title, address, pin, id }: Pick<IoDevice, 'title' | 'address' | 'pin' | 'id'>): string {
  if (title) return words.capital(title)
  if (address) return address
  return pin === null ? id : words.capital(words.pin(pin))
}

/** "Beer temperature", with its beer where it is not the first one. */
export function placeSaid({ choice, beer }: Pick<Place, 'choice' | 'beer'>): string {
  const title = words.capital(choice.title)
  return beer > FIRST ? words.ofBeer(title, beer) : title
}

/** What a device is now, in words; empty when it is free. */
export function presentSaid(device: IoDevice, choices: readonly IoChoice[]): string {
  if (!isWired(device)) return ''
  const choice = choices.find((one) => one.function === device.function) ?? unlistedChoice(device)
  return placeSaid({ choice, beer: choice.of_beer ? device.beer : 0 }).toLowerCase()
}

/** What is worth knowing of hardware beside its title. */
export function detailSaid(device: IoDevice): string {
  const parts = [device.slot === null ? words.free : words.slot(device.slot), isInTitle(device) ? '' : device.address]
  return parts.filter(Boolean).join(' · ')
}

/** True where the title tells the address already, however it writes it. */
function isInTitle(device: IoDevice): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^0-9a-z]/g, '')
  return plain(titleOf(device)).includes(plain(device.address))
}

/** "17.8 °C", "on": what is measured or done at the moment. */
export function valueSaid({ value }: Pick<IoDevice, 'value'>, person: TemperatureUnit): string {
  if (value === null) return words.unknown
  if (typeof value === 'number') return temperature(value, person)
  return value ? words.on : words.off
}

/** What to do to see which one it is. */
export function watchSaid({ device_type, hardware }: Pick<IoDevice, 'device_type' | 'hardware'>): string {
  return words.watch[device_type] ?? (hardware === 'pin' ? words.watch['none'] : words.watch['probe']) ?? ''
}

export function isProbe(device: Pick<IoDevice, 'device_type' | 'value' | 'hardware'>): boolean {
  return device.device_type === 'probe' || typeof device.value === 'number'
}

export function iconOf(word: string): IconName {
  if (/temperature|probe/.test(word)) return 'thermometer'
  if (/heat/.test(word)) return 'flame'
  if (/cool/.test(word)) return 'snow'
  if (/door|switch/.test(word)) return 'door'
  return /gravity/.test(word) ? 'hydrometer' : /light/.test(word) ? 'sun' : 'relay'
}

export function hardwareIcon(device: IoDevice): IconName {
  return isProbe(device) ? 'thermometer' : device.device_type === 'switch' ? 'door' : 'relay'
}

/** What the form begins with: a device as it is, or as a place would have it. */
export function draftOf(device: IoDevice, { devices, slots }: Pick<Wiring, 'devices' | 'slots'>, person: TemperatureUnit, wanted: Place | null = null): Draft {
  const { chamber, beer } = wanted ?? device
  const slot = device.slot ?? freeSlot(devices, slots)
  return {
    function: wanted ? wanted.choice.function : device.function,
    chamber: String(chamber || FIRST),
    beer: String(beer || FIRST),
    slot: slot === null ? '' : String(slot),
    inverted: device.inverted,
    calibration: fixed(differenceFromCelsius(device.calibration, person), 2),
  }
}

/** What a draft changes of a device, as it is sent; empty when nothing. */
export function assignmentOf(device: IoDevice, draft: Draft, choices: readonly IoChoice[], person: TemperatureUnit): Assignment {
  if (draft.function === FREE) return isWired(device) ? { function: FREE } : {}
  const choice = choices.find((one) => one.function === draft.function)
  const wanted = {
    function: draft.function,
    chamber: Number(draft.chamber),
    ...(choice?.of_beer ? { beer: Number(draft.beer) } : {}),
    ...(draft.slot === '' ? {} : { slot: Number(draft.slot) }),
    ...(isProbe(device) ? {} : { inverted: draft.inverted }),
    ...(isProbe(device) && calibrationOf(device, draft, person) !== null ? { calibration: calibrationOf(device, draft, person) ?? 0 } : {}),
  }
  const changed = Object.entries(wanted).filter(([key, value]) => device[key as keyof IoDevice] !== value)
  return Object.fromEntries(changed)
}

/** The calibration in °C; what was not touched stays to the last digit; null where it is no number. */
export function calibrationOf(device: IoDevice, draft: Draft, person: TemperatureUnit): number | null {
  if (draft.calibration === fixed(differenceFromCelsius(device.calibration, person), 2)) return device.calibration
  const number = typed(draft.calibration)
  return number === null ? null : round(number / differenceFromCelsius(1, person), 3)
}

/** What will happen when a draft is written; empty when nothing changes. */
export function consequenceOf(device: IoDevice, draft: Draft, choices: readonly IoChoice[], changes: Assignment): string {
  const title = titleOf(device)
  const from = presentSaid(device, choices)
  if (Object.keys(changes).length === 0) return ''
  if (draft.function === FREE) return words.willFree(title, from)
  const choice = choices.find((one) => one.function === draft.function) ?? unlistedChoice(device)
  const to = placeSaid({ choice, beer: choice.of_beer ? Number(draft.beer) : 0 }).toLowerCase()
  if (!from) return words.willAssign(title, to)
  return from === to && !('chamber' in changes) ? words.willChange(title) : words.willMove(title, from, to)
}

/** The server's words by field of the form; what belongs to none is under "". */
export function refusalsOf(failure: unknown): Record<string, string> {
  if (!(failure instanceof Problem)) return {}
  const found: Record<string, string> = {}
  for (const { where, message } of failure.errors) found[FIELDS.exec(where)?.[1] ?? ''] ??= message
  if (failure.errors.length === 0) found[''] = failure.detail || failure.title
  return found
}

const FIELDS = /^\/(function|chamber|beer|slot|inverted|calibration)$/

/** The place that is `step` from another, round and round. */
export function steppedFrom(places: readonly Place[], from: number, step: number): number {
  return places.length ? (from + step + places.length) % places.length : 0
}

function keyOf(name: string, chamber: number, beer: number): string {
  return `${name}/${chamber}/${beer}`
}
