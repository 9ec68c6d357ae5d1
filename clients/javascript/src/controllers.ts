/** Controllers, whose own firmware holds a setpoint: what they are, say and are wired to; and devices that were found. */
import type { components } from './openapi.js'
import type { Krausen } from './rest.js'

type Schemas = components['schemas']

/** `offline`: its agent is not here. `strange`: it speaks, but not a firmware that is known, and is only read. */
export type ControllerState = Schemas['ControllerBody']['state']

/** `vessel` is the id of the one that it holds; its `agent` bears its name. */
export type Controller = Schemas['ControllerBody']

/** What a firmware is doing, and how long at least it will wait, seconds, at the time it was said. */
export type FirmwareDoing = Schemas['DoingBody']

/** `unit` is `°C`, `K` (a difference of temperatures), `s`, `on` (a truth) or empty. */
export type ControllerParameter = Required<Schemas['Parameter']>
export type ParameterValue = ControllerParameter['value']

/** A function that hardware may be assigned: what it needs, and whether it is of one beer. */
export type IoChoice = Required<Schemas['Choice']>

/** A controller with what it tells of itself; `slots` is how many devices its firmware remembers. */
export type ControllerDetail = Omit<Schemas['ControllerDetail'], 'parameters' | 'choices'> & {
  parameters: ControllerParameter[]
  choices: IoChoice[]
}

/** An input or output, in a slot or free (null). Chambers and beers count from 1; calibrations and values are °C. */
export type IoDevice = Required<Schemas['IoDevice']>

/** What a device is to be: only what changes. The function `none` frees it. */
export type Assignment = Partial<Pick<IoDevice, 'slot' | 'chamber' | 'beer' | 'function' | 'inverted' | 'calibration'>>

/** A kind of controller that the server knows; `schema` is the JSON Schema of its settings. */
export type ControllerDriver = Schemas['ControllerKindBody']

/** With `elsewhere` the agent is started by hand on another machine. */
export type ControllerPlan = Pick<Schemas['ControllerWish'], 'name' | 'driver' | 'settings' | 'elsewhere'>

/** `command` starts its agent, null where that starts by itself; the token in it is told this once. */
export type NewController = ControllerDetail & Pick<Schemas['NewController'], 'token' | 'command'>

/** Chambers by number as text; what is null is as usual again (RFC 7396). */
export type ControllerPatch = Schemas['ControllerPatch']

export type ControllerMemory = Schemas['ResetWish']['what']

/** A line of a controller's log. `level` is info, warning or error. */
export type ControllerLine = Schemas['LineBody']

/** A device that was found and that nobody uses: `text` says what and where it is. */
export type FoundDevice = Required<Pick<Schemas['DeviceBody'], 'id' | 'kind' | 'title' | 'text' | 'agent' | 'state'>>

const at = (name: string, rest = '') => `/controllers/${encodeURIComponent(name)}${rest}`
const why = (reason: string) => (reason ? { reason } : {})

export function controllers(server: Krausen): Promise<Controller[]> {
  return server.collection('/controllers')
}

export function controller(server: Krausen, name: string): Promise<ControllerDetail> {
  return server.call('GET', at(name))
}

export function controllerDrivers(server: Krausen): Promise<ControllerDriver[]> {
  return server.collection('/controllers/drivers')
}

export function addController(server: Krausen, plan: ControllerPlan): Promise<NewController> {
  return server.call('POST', '/controllers', { body: plan })
}

/** Changes connection or names of chambers as they were seen; 409 when somebody else was first. */
export function changeController(server: Krausen, name: string, patch: ControllerPatch, seen?: number): Promise<ControllerDetail> {
  return server.call('PATCH', at(name), { body: patch, seen })
}

/** Lets go of a controller; what it measured stays. 409 while it holds a vessel. */
export async function removeController(server: Krausen, name: string, reason = ''): Promise<void> {
  await server.call('DELETE', at(name), { query: why(reason) })
}

/** Every input and output that was found, those in slots and those that are free. */
export function ioDevices(server: Krausen, name: string): Promise<IoDevice[]> {
  return server.collection(at(name, '/devices'))
}

/** Looks for hardware anew, with present values. */
export async function scanIoDevices(server: Krausen, name: string): Promise<IoDevice[]> {
  return (await server.call<{ items: IoDevice[] }>('POST', at(name, '/scan'))).items
}

/** Writes an assignment into the controller; gives the device as it then is. */
export function assignIoDevice(server: Krausen, name: string, device: string, assignment: Assignment): Promise<IoDevice> {
  return server.call('PATCH', at(name, `/devices/${encodeURIComponent(device)}`), { body: assignment })
}

/** Writes values into the controller; gives all of them as they then are. */
export async function setParameters(server: Krausen, name: string, values: Record<string, ParameterValue>): Promise<ControllerParameter[]> {
  return (await server.call<{ parameters: ControllerParameter[] }>('PATCH', at(name, '/parameters'), { body: values })).parameters
}

export async function resetController(server: Krausen, name: string, what: ControllerMemory, reason = ''): Promise<void> {
  await server.call('POST', at(name, '/reset'), { body: { what, ...why(reason) } })
}

export async function restartController(server: Krausen, name: string, reason = ''): Promise<void> {
  await server.call('POST', at(name, '/restart'), { body: why(reason) })
}

/** What it said lately, newest first. */
export async function controllerLog(server: Krausen, name: string, limit: number): Promise<ControllerLine[]> {
  return (await server.call<{ items: ControllerLine[] }>('GET', at(name, '/log'), { query: { limit } })).items
}

export function discovered(server: Krausen): Promise<FoundDevice[]> {
  return server.collection('/devices', { state: 'discovered' })
}

/** Makes a found controller one of ours, under a name. */
export function adoptDevice(server: Krausen, id: string, name: string): Promise<NewController> {
  return server.call('POST', `/devices/${encodeURIComponent(id)}/adopt`, { body: { name } })
}

/** Offers a found device no more. */
export async function ignoreDevice(server: Krausen, id: string): Promise<void> {
  await server.call('POST', `/devices/${encodeURIComponent(id)}/ignore`)
}

/** Offers an ignored device again. */
export async function heedDevice(server: Krausen, id: string): Promise<void> {
  await server.call('DELETE', `/devices/${encodeURIComponent(id)}/ignore`)
}
