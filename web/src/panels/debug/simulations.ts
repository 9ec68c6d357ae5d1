/** What a test can play: a brew house with three pots, a chamber of two conicals, one of two carboys. */
export const KINDS = ['mash', 'ale', 'lager'] as const
export type Kind = (typeof KINDS)[number]
export type Drawing = 'pot' | 'conical' | 'carboy'
export type Mode = 'heating' | 'cooling' | 'holding' | 'done' | 'stopped'

/** A vessel that is simulated: temperatures °C, as everybody is told. */
export interface SimulatedVessel {
  name: string
  drawing: Drawing
  setpoint: number
  value: number
  mode: Mode
}

/** What is published of one vessel; `t` is the simulated time since the start, seconds. */
export interface SimulationMessage {
  test: true
  simulation: { kind: Kind; vessel: SimulatedVessel; t: number }
}

/** A mash step: the pot is heated to a temperature, and kept there for so long once it is reached. */
interface MashStep {
  setpoint_c: number
  rest_s: number
}

/** A corner of a setpoint program; in between it is a straight line. */
interface Corner {
  at_s: number
  setpoint_c: number
}

interface Pot {
  name: string
  drawing: Drawing
  steps: readonly MashStep[]
}

interface Fermenter {
  name: string
  drawing: Drawing
  start_c: number
  /** Time constant of the first-order lag with which beer follows its setpoint. */
  lag_s: number
  corners: readonly Corner[]
}

type Plan = Pot | Fermenter

/** A vessel on its way; `step` and `rested_s` are of a mash alone. */
interface Progress {
  value_c: number
  step: number
  rested_s: number
}

export interface Simulation {
  kind: Kind
  t_s: number
  progress: readonly Progress[]
}

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
const HEATING_C_PER_S = 1 / MINUTE_S
const WATER_C = 20
/** Nearer than this counts as held. */
const BAND_C = 0.1

/** How many seconds of a simulation pass in one: a mash lasts hours, a fermentation weeks. */
export const PACE: Readonly<Record<Kind, number>> = { mash: MINUTE_S, ale: HOUR_S, lager: HOUR_S }

const steps = (...pairs: readonly (readonly [number, number])[]): MashStep[] => pairs.map(([setpoint_c, minutes]) => ({ setpoint_c, rest_s: minutes * MINUTE_S }))
const corners = (...pairs: readonly (readonly [number, number])[]): Corner[] => pairs.map(([days, setpoint_c]) => ({ at_s: days * DAY_S, setpoint_c }))

const PLANS: Readonly<Record<Kind, readonly Plan[]>> = {
  mash: [
    { name: 'Test hot liquor', drawing: 'pot', steps: steps([78, 60]) },
    { name: 'Test mash tun', drawing: 'pot', steps: steps([52, 10], [63, 30], [72, 20], [78, 5]) },
    { name: 'Test kettle', drawing: 'pot', steps: steps([99, 60]) },
  ],
  ale: [
    { name: 'Test ale 1', drawing: 'conical', start_c: 22, lag_s: 5 * HOUR_S, corners: corners([0, 18], [4, 18], [5, 20], [9, 20], [10, 2], [13, 2]) },
    { name: 'Test ale 2', drawing: 'conical', start_c: 17, lag_s: 8 * HOUR_S, corners: corners([0, 19], [3, 19], [5, 21], [10, 21], [11, 4], [13, 4]) },
  ],
  lager: [
    { name: 'Test lager 1', drawing: 'carboy', start_c: 15, lag_s: 6 * HOUR_S, corners: corners([0, 10], [6, 10], [8, 16], [11, 16], [16, 1], [21, 1]) },
    { name: 'Test lager 2', drawing: 'carboy', start_c: 12, lag_s: 10 * HOUR_S, corners: corners([0, 9], [7, 9], [9, 14], [12, 14], [17, 2], [21, 2]) },
  ],
}

/** A simulation at its start. */
export function begun(kind: Kind): Simulation {
  return { kind, t_s: 0, progress: PLANS[kind].map((plan) => ({ value_c: isPot(plan) ? WATER_C : plan.start_c, step: 0, rested_s: 0 })) }
}

/** The simulation after so many simulated seconds more. */
export function advanced(simulation: Simulation, by_s: number): Simulation {
  const { kind, t_s, progress } = simulation
  const next = (plan: Plan, before: Progress) => (isPot(plan) ? heated(plan, before, by_s) : followed(plan, before, t_s, by_s))
  return { kind, t_s: t_s + by_s, progress: PLANS[kind].map((plan, i) => next(plan, progress[i] as Progress)) }
}

/** True when every vessel has come to the end of its program. */
export function isDone(simulation: Simulation): boolean {
  return vesselsOf(simulation).every(({ mode }) => mode === 'done')
}

/** What to publish: one message a vessel. */
export function messagesOf(simulation: Simulation): SimulationMessage[] {
  const { kind, t_s: t } = simulation
  return vesselsOf(simulation).map((vessel) => ({ test: true, simulation: { kind, vessel, t } }))
}

/** What to publish when somebody ends it before its time. */
export function farewellsOf(simulation: Simulation): SimulationMessage[] {
  return messagesOf(simulation).map(({ simulation: { vessel, ...rest } }) => ({ test: true, simulation: { ...rest, vessel: { ...vessel, mode: 'stopped' } } }))
}

function vesselsOf({ kind, t_s, progress }: Simulation): SimulatedVessel[] {
  return PLANS[kind].map((plan, i) => toldOf(plan, progress[i] as Progress, t_s))
}

function toldOf(plan: Plan, { value_c, step }: Progress, t_s: number): SimulatedVessel {
  const end = isPot(plan) ? step >= plan.steps.length : t_s >= (plan.corners.at(-1)?.at_s ?? 0)
  const setpoint = isPot(plan) ? ((plan.steps[step] ?? plan.steps.at(-1))?.setpoint_c ?? value_c) : setpointAt(plan.corners, t_s)
  const mode = end ? 'done' : modeOf(setpoint - value_c)
  return { name: plan.name, drawing: plan.drawing, setpoint: hundredths(setpoint), value: hundredths(value_c), mode }
}

/** Heats by at most 1 °C a minute; a rest begins when its temperature is reached. */
function heated({ steps: all }: Pot, before: Progress, by_s: number): Progress {
  let { value_c, step, rested_s } = before
  let left_s = by_s
  while (left_s > 0 && step < all.length) {
    const { setpoint_c, rest_s } = all[step] as MashStep
    const heating_s = Math.min(left_s, Math.max(0, setpoint_c - value_c) / HEATING_C_PER_S)
    value_c += heating_s * HEATING_C_PER_S
    const resting_s = Math.min(left_s - heating_s, rest_s - rested_s)
    rested_s += resting_s
    left_s -= heating_s + resting_s
    if (rested_s >= rest_s) [step, rested_s] = [step + 1, 0]
  }
  return { value_c, step, rested_s }
}

/**
 * First-order lag behind the setpoint, dT/dt = (S − T)/τ. Where S is a line from S₀ with slope k the exact answer is
 * T(t) = S(t) − kτ + (T₀ − S₀ + kτ)·exp(−t/τ), so that the length of a step does not matter between two corners.
 */
function followed({ corners: all, lag_s }: Fermenter, before: Progress, from_s: number, by_s: number): Progress {
  const start = setpointAt(all, from_s)
  const end = setpointAt(all, from_s + by_s)
  const ahead_c = by_s > 0 ? ((end - start) / by_s) * lag_s : 0
  return { ...before, value_c: end - ahead_c + (before.value_c - start + ahead_c) * Math.exp(-by_s / lag_s) }
}

function setpointAt(all: readonly Corner[], t_s: number): number {
  const after = all.findIndex(({ at_s }) => at_s > t_s)
  const last = all.at(-1) as Corner
  if (after <= 0) return (after === 0 ? (all[0] as Corner) : last).setpoint_c
  const [a, b] = [all[after - 1] as Corner, all[after] as Corner]
  return a.setpoint_c + ((b.setpoint_c - a.setpoint_c) * (t_s - a.at_s)) / (b.at_s - a.at_s)
}

function modeOf(wanting_c: number): Mode {
  if (Math.abs(wanting_c) <= BAND_C) return 'holding'
  return wanting_c > 0 ? 'heating' : 'cooling'
}

function isPot(plan: Plan): plan is Pot {
  return 'steps' in plan
}

const hundredths = (value: number) => Math.round(value * 100) / 100
