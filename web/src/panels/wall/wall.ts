import type { Alarm, Chamber, Vessel } from '../../state/server'
import { wall as text } from '../../text/wall'
import { wallAt } from '../../units/zone'

/** How long a page of vessels stands before the next one comes, ms. */
export const TURN_MS = 10_000
/** For how long a moved pointer is seen, ms. */
export const POINTED_MS = 5000

const MOST_COLUMNS = 3
const MOST_ROWS = 4
const MOST = 9
/** Below this a card cannot be read from afar, px. */
const LEAST = { width: 420, height: 215 }
/** What a card likes best, px. */
const LIKED = { width: 600, height: 330 }
const NIGHT = { from: 22, to: 6 }

/** A brew house, a chamber, or vessels alike, with what stands there. */
export interface Place {
  name: string
  vessels: readonly Vessel[]
}

/** Vessels by where they stand: the brew house, then chambers by name, then those of a kind that stand alone. */
export function placesOf(vessels: readonly Vessel[], chambers: readonly Pick<Chamber, 'id' | 'name'>[]): Place[] {
  const names = new Map(chambers.map(({ id, name }) => [id, name]))
  const found = new Map<string, { rank: number; name: string; vessels: Vessel[] }>()
  for (const vessel of vessels) {
    const { rank, name } = placeOf(vessel, names)
    const key = `${rank} ${name}`
    const place = found.get(key) ?? { rank, name, vessels: [] }
    found.set(key, place)
    place.vessels.push(vessel)
  }
  return [...found.values()].sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name)).map(({ name, vessels }) => ({ name, vessels }))
}

function placeOf({ kind, chamber }: Vessel, names: ReadonlyMap<string, string>): { rank: number; name: string } {
  const inside = chamber === null ? undefined : names.get(chamber)
  if (kind === 'pot') return { rank: 0, name: text.brewHouse }
  return inside === undefined ? { rank: 2, name: text.kinds[kind] ?? text.others } : { rank: 1, name: inside }
}

export interface Room {
  width: number
  height: number
}

export interface Grid {
  columns: number
  rows: number
}

/** How many cards a room has place for, so that each can be read from afar: one to nine. */
export function capacity(room: Room): number {
  const { columns, rows } = mostIn(room)
  return Math.min(MOST, columns * rows)
}

/** The columns and rows in which so many cards are largest. */
export function gridOf(count: number, room: Room): Grid {
  const most = mostIn(room)
  const grids = Array.from({ length: most.columns }, (_, i) => ({ columns: i + 1, rows: Math.max(1, Math.ceil(count / (i + 1))) }))
  const fitting = grids.filter(({ rows }) => rows <= most.rows)
  return fitting.sort((a, b) => scaleIn(b, room) - scaleIn(a, room))[0] ?? most
}

function mostIn({ width, height }: Room): Grid {
  const fit = (space: number, least: number, most: number) => Math.min(most, Math.max(1, Math.floor(space / least)))
  return { columns: fit(width, LEAST.width, MOST_COLUMNS), rows: fit(height, LEAST.height, MOST_ROWS) }
}

function scaleIn({ columns, rows }: Grid, { width, height }: Room): number {
  return Math.min(width / columns / LIKED.width, height / rows / LIKED.height)
}

/** A card with the name of its place, in the order in which they stand. */
export interface Spot {
  place: string
  vessel: Vessel
}

/** Pages of about as many each, no page with more than `most`. */
export function pagesOf(places: readonly Place[], most: number): Spot[][] {
  const spots = places.flatMap(({ name, vessels }) => vessels.map((vessel) => ({ place: name, vessel })))
  const count = Math.ceil(spots.length / most)
  const each = Math.ceil(spots.length / Math.max(1, count))
  return Array.from({ length: count }, (_, i) => spots.slice(i * each, (i + 1) * each))
}

/** The name of a place above its cards of one row: from which column on, over how many. */
export interface Heading {
  name: string
  row: number
  column: number
  span: number
}

/** What stands above the cards of a page. */
export function headingsOf(page: readonly Spot[], columns: number): Heading[] {
  const found: Heading[] = []
  for (const [i, { place }] of page.entries()) {
    const [row, column] = [Math.floor(i / columns), i % columns]
    const last = found.at(-1)
    if (last?.name === place && last.row === row) last.span += 1
    else found.push({ name: place, row, column, span: 1 })
  }
  return found
}

/** The page so many steps on, round and round. */
export function turned(at: number, count: number, steps: number): number {
  return count > 0 ? (((at + steps) % count) + count) % count : 0
}

/** True while people sleep who see the screen, by the clocks of the site. */
export function isNight(now: number, zone: string): boolean {
  const { hour } = wallAt(now, zone)
  return hour >= NIGHT.from || hour < NIGHT.to
}

/** True when a screen must not hide in the dark: something lasts, or waits to be seen, and is no test. */
export function isWatchful(standing: readonly Pick<Alarm, 'state' | 'test'>[]): boolean {
  return standing.some(({ state, test }) => !test && state !== 'shelved')
}
