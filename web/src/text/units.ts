/** Words that stand beside numbers. */
export const units = {
  unknown: 'unknown',
  now: 'now',
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'd',
} as const
