export { Live, type LiveSettings, type LiveState } from './live'
export { Problem, Unreachable, type Complaint } from './problem'
export { Krausen, type Settings } from './rest'
export type * from './schema'
