import { alarms } from './alarms'
import { chart } from './chart'
import { demo } from './demo'
import { batches, events, records, signIn } from './pages'
import { agents, keys, link, more, shell, trouble } from './shell'
import { overview, pill, setpoint, truths, vessel } from './vessel'

/** Every word of the page, in one place, so that it can be had in another language. */
export const words = {
  agents,
  alarms,
  batches,
  chart,
  demo,
  events,
  keys,
  link,
  more,
  overview,
  pill,
  records,
  setpoint,
  shell,
  signIn,
  trouble,
  truths,
  vessel,
} as const
