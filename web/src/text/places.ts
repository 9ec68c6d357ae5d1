/** What pages are called that have their other words in files of their own. */
export const places = {
  setUp: 'Set up Krausen',
  settings: 'Settings',
  people: 'People and tokens',
  journal: 'Journal',
  agents: 'Agents',
  doors: 'Doors',
  devices: 'Devices',
  controller: 'Controller',
  wiring: 'What is wired',
  addVessel: 'Add a vessel',
  vesselSettings: 'Vessel settings',
  compare: 'Compare batches',
  report: 'Report of a batch',
  importing: 'Import a brew',
  adapter: 'Adapter',
} as const
