/** What is said where something was removed while somebody looked at it. */
export const gone = {
  titles: {
    vessel: 'This vessel was removed',
    batch: 'This batch was put into the bin',
    profile: 'This profile was removed',
    controller: 'This controller was removed',
    target: 'This push target was removed',
  } as Readonly<Record<string, string>>,
  title: 'This was removed',
  you: 'you',
  by: (who: string, when: string) => (who ? `By ${who} at ${when}.` : `At ${when}.`),
  unsaved: (who: string, when: string) => `${who || 'Somebody'} removed this at ${when}. What you changed is still here, and can be saved as something new.`,
} as const
