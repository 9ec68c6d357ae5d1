/** How long a dangerous button is held before it acts. */
export const HOLD_MS = 1000

/** True when a person typed the name of the thing, in capitals or not. */
export function fits(typed: string, name: string): boolean {
  return plain(typed) === plain(name) && plain(name) !== ''
}

function plain(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
}
