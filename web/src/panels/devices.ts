import type { Newest } from '../state/latest.svelte'
import type { Device } from '../state/server'
import { devices as words } from '../text/devices'
import { age } from '../units/duration'
import { shown } from '../units/quantity'
import { NBSP, type TemperatureUnit } from '../units/temperature'
import { date, instant } from '../units/time'

/** The metric that says most of a device; the first that it has. */
const TELLING = ['on', 'gravity', 'temperature']
/** Canonical units of metrics, for series that are known by their metric alone. */
const UNITS: Record<string, string> = { temperature: '°C', gravity: 'SG' }

export interface Filter {
  kind: string
  agent: string
  use: 'all' | 'used' | 'unused'
}

/** Devices that fit, in the order of their titles. */
export function fitting(devices: readonly Device[], { kind, agent, use }: Filter): Device[] {
  const fits = (device: Device) =>
    (kind === '' || device.kind === kind) && (agent === '' || device.agent === agent) && (use === 'all' || (use === 'used') === device.uses.length > 0)
  return devices.filter(fits).sort((a, b) => a.title.localeCompare(b.title))
}

/** What the address asks for. */
export function filterOf(query: URLSearchParams): Filter {
  const use = query.get('use')
  return { kind: query.get('kind') ?? '', agent: query.get('agent') ?? '', use: use === 'used' || use === 'unused' ? use : 'all' }
}

/** The metric and series that say most of a device, or null for one without any. */
export function mainOf(device: Pick<Device, 'series'>): { metric: string; series: string } | null {
  const metric = TELLING.find((one) => one in device.series) ?? Object.keys(device.series)[0]
  const series = metric === undefined ? undefined : device.series[metric]
  return metric === undefined || series === undefined ? null : { metric, series }
}

/** The newest reading of a device: what was just heard, else what the list told. */
export function newestOf(device: Device, heard: Newest | undefined): Newest | null {
  const at = instant(device.at)
  if (heard && (at === null || heard.t >= at)) return heard
  return at === null || device.value === null ? null : { t: at, v: device.value, quality: device.quality ?? 'good' }
}

/** "18.3 °C", "on", "1.021 SG": a value as people read it. */
export function valueSaid(value: number | null | undefined, metric: string, unit: string, person: TemperatureUnit): string {
  if (metric === 'on' && typeof value === 'number') return value > 0 ? words.on : words.off
  const { number, unit: sign } = shown(value, unitOf(metric, unit), person)
  return sign ? number + NBSP + sign : number
}

/** What a series counts in: its own unit, else that of its metric. */
export function unitOf(metric: string, unit: string): string {
  return unit || (UNITS[metric] ?? '')
}

/** "12 min", or a date from a day on. */
export function since(at: number, now: number, zone: string): string {
  return age(Math.max(0, (now - at) / 1000)) ?? date(at, now, zone)
}

export function kindSaid(kind: string): string {
  return words.kinds[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1)
}
