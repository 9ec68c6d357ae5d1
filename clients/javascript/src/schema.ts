/**
 * What the server sends and takes: the shapes as it describes them, with the words it uses in them. Temperatures in °C;
 * times ISO 8601 UTC, in columns and live readings epoch milliseconds.
 */
import type { ControllerDetail } from './controllers.js'
import type { components } from './openapi.js'
import type { PushTarget } from './push.js'

type Schemas = components['schemas']
type Narrowed<Shape, Words> = Omit<Shape, keyof Words> & Words

export type Role = 'viewer' | 'brewer' | 'admin'
export type User = Narrowed<Schemas['CallerBody'], { role: Role }>

/** What proves who one is: login and password, or a key that works once. */
export type Proof = Required<Pick<Nonnull<Schemas['Proof']>, 'login' | 'password'>> | Required<Pick<Nonnull<Schemas['Proof']>, 'key'>>
type Nonnull<Shape> = { [Key in keyof Shape]: NonNullable<Shape[Key]> }

/** `time` is the server's now, of which `speed` seconds pass in one; `filling` tells how much of a simulated past is there. */
export type Health = Narrowed<Schemas['Health'], { status: 'ok' | 'degraded' }>

/** A part of a collection; `next` is the cursor of the part after it. */
export interface Page<Item> {
  items: Item[]
  next: string | null
}

export type Mode = 'off' | 'chamber' | 'beer' | 'profile'
export type Wish = Narrowed<Schemas['Requested'], { mode: Mode }>
export type Answer = Narrowed<Schemas['Accepted'], { mode: Mode; state: 'waiting' | 'accepted' | 'rejected' }>
export type Demand = Schemas['Demanded']
export type Observation = Schemas['Observed']
export type VesselRole = 'beer' | 'chamber' | 'ambient' | 'gravity' | 'heat' | 'cool'

/** `roles` tells which series plays which part. */
export type Vessel = Narrowed<Schemas['VesselBody'], { roles: Partial<Record<VesselRole, string>>; requested: Wish; accepted: Answer }>

/** With `revision`, that of the wish the sender saw, a newer one is answered 409 instead of overruled. */
export type WishSent = Nonnull<Partial<Schemas['WishBody']>> & { mode: Mode }

export type Quality = 'good' | 'doubtful' | 'bad'
export type Reading = Narrowed<Schemas['ReadingBody'], { quality: Quality }>
export type LatestReading = Narrowed<Schemas['LatestBody'], { quality: Quality }>
export type Series = Narrowed<Schemas['SeriesBody'], { latest: Reading | null }>

/**
 * Columns of one series: raw points (`v`), with their quality where bad ones were asked for, or buckets with least, mean
 * and greatest value from `t` on.
 */
export type ChartColumns = Pick<Schemas['CurveBody'], 'id' | 'gap_s' | 't'> &
  ({ v: number[]; quality?: Quality[] } | { min: number[]; mean: number[]; max: number[] })

/** A time without readings. `cause`: device silent, agent away, server away or not recorded. */
export type Silence = Schemas['GapBody']

export type Batch = Narrowed<Schemas['BatchBody'], { state: 'planned' | 'running' | 'paused' | 'finished' }>
export type BatchEvent = Schemas['EventBody']

export type AgentState = 'offline' | 'connected' | 'recognised' | 'current'
export type Agent = Narrowed<Schemas['AgentBody'], { state: AgentState }>

/** What the channel `agents` tells: how many readings an agent still owes, and how many it had to drop. */
export interface AgentNews {
  agent: string
  state: AgentState
  queue: number | null
  given_up?: number
}

/** The answer to a new agent: its `token` is told this once, inside the `command` that starts it. */
export type NewAgent = Agent & Pick<Schemas['NewAgent'], 'token' | 'command'>

export type Use = Narrowed<Schemas['Use'], { role: VesselRole }>
export type Device = Narrowed<Schemas['DeviceBody'], { quality: Quality | null; uses: Use[] }>
export type Process = Narrowed<Required<Schemas['ProcessFacts']>, { state: 'active' | 'starting' | 'stopped' | 'failed' }>

/** `managed` is false where the server runs without a process manager. */
export type Processes = Pick<Schemas['ProcessList'], 'managed'> & { items: Process[] }

/** What controls a vessel; `schema` is the JSON Schema of its settings. */
export type Algorithm = Schemas['AlgorithmBody']
export type Chamber = Schemas['ChamberBody']

/** What people arrange of a vessel; `reason` stands in the journal. */
export interface VesselPlan {
  name: string
  kind: string
  agent: string
  chamber: string | null
  limits: { min?: number; max?: number }
  roles: Partial<Record<VesselRole, string | null>>
  algorithm: string
  settings: Record<string, unknown>
  reason: string
}

/** A reading as it comes in; one of good quality does not say so. */
export interface LiveReading {
  series: string
  t: number
  v: number
  quality?: Quality
}

export type DataMessage = { readings: LiveReading[] } | { vessel: Vessel } | { controller: ControllerDetail } | { target: PushTarget }

export interface ChangeMessage {
  what: string
  id: string
  action: 'created' | 'updated' | 'deleted'
  revision?: number
  by?: string
}

/** An alarm: `do` says what helps. One that was raised for a try says `test`. */
export type Alarm = Schemas['AlarmBody']

export interface AlarmNews {
  event: 'raised' | 'acknowledged' | 'cleared' | 'shelved' | 'unshelved'
  alarm: Alarm
}

/** A line that a process told: `source` is the process. */
export type LogLine = Pick<Schemas['LogLineBody'], 'time' | 'level' | 'source' | 'text'> & Partial<Pick<Schemas['LogLineBody'], 'fields'>>

/** What the server's own channels say; on others it is whatever was published. */
export interface Messages {
  data: DataMessage
  changes: ChangeMessage
  agents: AgentNews
  alarms: AlarmNews
  logs: LogLine
}

/** A live message. `seq` is "<epoch>.<n>" with a new epoch at every start of the server; `time` is its now. */
export interface Frame {
  channel: string
  seq: string
  time: string
  message: unknown
  /** Somebody published it: the server itself did not say it. `by` tells who. */
  published?: true
  by?: string
}
