/** What the server sends and takes. Temperatures in °C; times ISO 8601 UTC, in columns and readings epoch milliseconds. */

export type Role = 'viewer' | 'brewer' | 'admin'

export interface User {
  id: string
  login: string
  name: string
  role: Role
}

/** What proves who one is: name and password, or a key that works once. */
export type Proof = { login: string; password: string } | { key: string }

export interface Health {
  status: 'ok' | 'degraded'
  version: string
  time: string
  /** Seconds of the server's time in one second: 1, or more in a simulation. */
  speed?: number
  /** IANA name of the site's time zone. */
  zone?: string
  demo?: boolean
  problems?: string[]
  /** How much of the simulated past is stored, 0 to 1, while that is still going on. */
  filling?: { done: number } | null
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export type Mode = 'off' | 'chamber' | 'beer' | 'profile'

export interface Wish {
  revision: number
  mode: Mode
  value: number | null
  profile?: string | null
  reason?: string
  by?: string
  at: string | null
}

export interface Answer extends Wish {
  state: 'waiting' | 'accepted' | 'rejected'
  detail?: string
}

export interface Demand {
  /** Share of full power, 0 to 1. */
  heat: number
  cool: number
  why: string[]
  at: string | null
}

export interface Observation {
  beer: number | null
  chamber: number | null
  heat: boolean | null
  cool: boolean | null
  at: string | null
  stale: boolean
}

export type VesselRole = 'beer' | 'chamber' | 'ambient' | 'gravity' | 'heat' | 'cool'

export interface Vessel {
  id: string
  name: string
  kind: string
  agent: string
  algorithm?: string
  revision: number
  limits: { min: number; max: number }
  /** Which series plays which part. */
  roles: Partial<Record<VesselRole, string>>
  batch?: string | null
  requested: Wish | null
  accepted: Answer | null
  demanded: Demand | null
  observed: Observation | null
}

export interface WishSent {
  mode: Mode
  value?: number
  unit?: 'C' | 'F' | 'K'
  profile?: string
  reason?: string
  /** The revision that the sender was looking at; a stale one is answered 409. */
  revision?: number
}

export type Quality = 'good' | 'doubtful' | 'bad'

export interface Series {
  id: string
  adapter: string
  node: string
  metric: string
  unit: string
  first: string | number | null
  last: string | number | null
  count: number
  latest?: { t: string | number; v: number; quality?: Quality } | null
}

export interface LatestReading {
  id: string
  adapter: string
  node: string
  metric: string
  t: string | number
  v: number
  quality?: Quality
}

export interface StoredReading {
  t: string | number
  v: number
  quality?: Quality
}

/** Columns of one series: raw points (`v`), or buckets with least, mean and greatest value from `t` on. */
export type ChartColumns = { id: string; gap_s: number | null; t: number[] } & (
  | { v: number[] }
  | { min: number[]; mean: number[]; max: number[] }
)

export interface Batch {
  id: string
  name: string
  vessel: string | null
  state: 'planned' | 'running' | 'paused' | 'finished'
  started_at: string | null
  finished_at: string | null
  roles?: Record<string, string>
  source?: string
  revision?: number
}

export interface BatchEvent {
  at: string
  kind: string
  text: string
}

export type AgentState = 'offline' | 'connected' | 'recognised' | 'current'

export interface Agent {
  agent: string
  state: AgentState
  queue?: number
}

export interface LiveReading {
  series: string
  t: number
  v: number
  quality?: Quality
}

export type DataMessage = { readings: LiveReading[] } | { vessel: Vessel }

export interface ChangeMessage {
  what: string
  id: string
  action: 'created' | 'updated' | 'deleted'
  revision?: number
  by?: string
}

export interface Frame {
  channel: string
  /** "<epoch>.<n>": a new epoch at every start of the server. */
  seq: string
  /** The server's now. */
  time: string | number
  message: unknown
}
