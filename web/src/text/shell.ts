export const shell = {
  name: 'Krausen',
  skip: 'Skip to content',
  menu: 'Main',
  groups: { brewing: '', plant: 'Plant', foot: '', none: '' },
  more: 'More',
  close: 'Close',
  back: 'Back',
  demo: 'Demo',
  demoHint: 'A simulated brewery: no beer comes to harm.',
  faster: (speed: string) => `${speed} times real time`,
  theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
  filling: (done: string) => `Past days are being simulated, ${done}`,
  degraded: 'The server is not well.',
  roles: { viewer: 'viewer', brewer: 'brewer', admin: 'admin' },
  notFound: 'There is no such page',
  notFoundWhy: (path: string) => `Nothing is at ${path}. The address may be old, or mistyped.`,
  toOverview: 'Go to Overview',
  noRight: (role: string) => `Only ${role === 'admin' ? 'an admin' : 'a brewer'} can open this page.`,
} as const

export const link = {
  name: 'Connection',
  starting: 'Connecting',
  live: 'Live',
  behind: (seconds: number) => `${seconds}\u00a0s behind`,
  lost: (since: string) => (since ? `No connection since ${since}` : 'No connection'),
  strip: (since: string) => (since ? `No connection to the server since ${since}.` : 'No connection to the server.'),
  stripAge: (age: string) => `Values are ${age} old. Agents are built to go on controlling without it.`,
  stripNothing: 'Nothing can be read until it is back. Agents are built to go on controlling without it.',
  retry: (seconds: number) => (seconds > 0 ? `again in ${seconds}\u00a0s` : 'trying now'),
  retryNow: 'Try now',
  actsOff: 'No connection to the server. Nothing can be changed until it is back.',
} as const

export const trouble = {
  away: 'The server did not answer.',
  awayThen: 'It may be starting, or the network may be down.',
  chart: 'This chart did not load',
  vessels: 'The vessels did not load',
  batches: 'The batches did not load',
  batch: 'This batch did not load',
  series: 'The streams did not load',
  answered: (status: number, words: string) => `The server answered ${status}: ${words}`,
  unknown: 'Something on this page went wrong.',
  slow: 'The server is taking its time. It is still being asked.',
  again: 'Try again',
  more: 'More',
  loading: 'Loading',
} as const

export const agents = {
  away: (name: string) => `Agent ${name} is away`,
  here: (name: string) => `Agent ${name} is connected`,
} as const

export const more = {
  title: 'More',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  unit: 'Temperature',
  keys: 'Keyboard shortcuts',
  keysOn: 'On',
  keysOff: 'Off',
  showKeys: 'Keys',
  pages: 'Other pages',
  signedInAs: (login: string) => `Signed in as ${login}`,
  onlyHere: 'The server did not keep this. It counts in this browser alone.',
  signOut: 'Sign out',
  version: (version: string) => `Krausen ${version}`,
} as const

export const keys = {
  title: 'Keyboard',
  go: (page: string) => `Go to ${page}`,
  vessel: 'Vessel 1 to 9',
  setpoint: 'Change the setpoint',
  log: 'What devices say',
  theme: 'Change the theme',
  help: 'This list',
  close: 'Close what is open',
  chart: 'With a chart in focus',
  cursor: 'Move the cursor, with Shift by ten',
  zoom: 'Zoom in and out',
  pan: 'Move earlier and later',
  ends: 'To the start, to now',
  mark: 'Next mark',
  reset: 'The whole range again',
} as const
