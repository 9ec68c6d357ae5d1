import { countWord } from './numbers'

/** What is said of alarms wherever one is. */
export const alarms = {
  title: 'Alarms',
  needYou: (count: number) => `${countWord(count)} ${count === 1 ? 'alarm needs' : 'alarms need'} you`,
  bell: (count: number, worst: string) => (count ? `${count} unacknowledged, the worst is ${worst}` : 'none unacknowledged'),
  priorities: { critical: 'Critical', warning: 'Warning', notice: 'Notice' },
  called: (title: string, isTest: boolean) => `${isTest ? 'Test of a critical alarm' : 'Critical alarm'}: ${title}`,
  whatHappened: 'What happened',
  whatHappenedOf: (title: string) => `What happened: ${title}`,
  acknowledge: 'Acknowledge',
  acknowledgeOf: (title: string) => `Acknowledge: ${title}`,
  acknowledged: (title: string) => `Acknowledged: ${title}`,
  known: (count: number) => `${count} with an acknowledged alarm`,
  knownAll: (count: number) => `${countWord(count)} ${count === 1 ? 'vessel has' : 'vessels have'} an acknowledged alarm`,
  more: (count: number) => (count === 1 ? 'One more alarm' : `${count} more alarms`),
  ofVessel: 'Alarms of this vessel',
  states: {
    unacknowledged: 'Needs you',
    returned: 'Over, not yet seen',
    acknowledged: 'Acknowledged',
    shelved: 'Shelved',
    normal: 'Over',
  },
  rules: {
    out_of_band: 'Out of band',
    not_reached_in_time: 'Not there in time',
    silent_series: 'Device silent',
    agent_away: 'Agent away',
  } as Readonly<Record<string, string>>,
  key: 'Acknowledge the selected alarm',
} as const
