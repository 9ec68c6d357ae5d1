export const batches = {
  title: 'Batches',
  one: 'Batch',
  sentence: (running: number, finished: number) =>
    running === 0 ? `No batch running, ${finished} finished` : `${running} running, ${finished} finished`,
  empty: 'No batch yet',
  emptyWhy: 'A brew from another tool becomes a batch when its log is imported:',
  emptyCommand: 'krausen import FILE',
  name: 'Name',
  vessel: 'Vessel',
  state: 'State',
  from: 'From',
  days: 'Length',
  source: 'Source',
  states: { planned: 'planned', running: 'running', paused: 'paused', finished: 'finished' },
  unknown: 'There is no such batch',
  unknownWhy: 'It may have been removed.',
  span: (from: string, to: string) => `${from} – ${to}`,
  running: (from: string) => `since ${from}`,
  noSeries: 'This batch has no series to draw.',
} as const

export const events = {
  title: 'Log',
  none: 'Nothing was written down.',
  show: (count: number) => `Show all ${count}`,
} as const

export const records = {
  title: 'Data',
  sentence: (count: string) => `${count} of readings`,
  empty: 'No stream yet',
  emptyWhy: 'A stream appears here with its first reading.',
  filter: 'Filter',
  filterHint: 'adapter, node or metric',
  nothingFits: (text: string) => `No stream fits “${text}”.`,
  adapter: 'Adapter',
  node: 'Node',
  metric: 'Metric',
  value: 'Value',
  unit: 'Unit',
  age: 'Age',
  count: 'Readings',
  never: 'never',
  showMore: (count: number) => `Show ${count} more`,
} as const

export const signIn = {
  title: 'Sign in',
  name: 'Name',
  password: 'Password',
  show: 'Show',
  hide: 'Hide',
  enter: 'Sign in',
  demo: 'Look around the demo brewery',
  or: 'or',
  refused: 'Name or password is not right.',
  keyUsed: 'This address has been used already, or is too old. Sign in here instead.',
  ended: 'You were signed out. Sign in to go on where you were.',
  demoHint: 'Nothing to set up, nothing to break.',
} as const
