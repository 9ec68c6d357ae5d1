import { countWord } from './numbers'

/** Words of the simulated brewery. */
export const demo = {
  waking: (count: number) => `${countWord(count)} ${count === 1 ? 'vessel is' : 'vessels are'} being filled`,
  wakes: 'Its past days are being simulated',
  filling: (done: string) => `Past days are being simulated: ${done}`,
  making: (batches: readonly string[]) => `now ${batches.join(' and ')}`,
  slow: (reached: string, wanted: string) => `This machine reaches ${reached} times real time instead of ${wanted}.`,
} as const
