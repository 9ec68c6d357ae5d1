/** What a key may mean anywhere on the page. */
export type KeyAct =
  | { act: 'go'; key: string }
  | { act: 'vessel'; number: number }
  | { act: 'setpoint' }
  | { act: 'theme' }
  | { act: 'log' }
  | { act: 'help' }

const LEAD = 'g'
const LEAD_MS = 1500

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'timeStamp'>

/** Understands single keys, and pairs that begin with `g`. Typing is the caller's to tell apart. */
export class Keys {
  #ledAt = -Infinity
  readonly #places: ReadonlySet<string>

  /** `places` are the keys that may follow `g`. */
  constructor(places: Iterable<string>) {
    this.#places = new Set(places)
  }

  /** What a key means as it goes down; one that is held means nothing more. */
  press(event: Pressed): KeyAct | null {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return null
    const isLed = event.timeStamp - this.#ledAt < LEAD_MS
    this.#ledAt = event.key === LEAD && !isLed ? event.timeStamp : -Infinity
    if (isLed) return this.#places.has(event.key) ? { act: 'go', key: event.key } : null
    return single(event.key)
  }
}

/** True while letters belong to a field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'submit'].includes(target.type)
}

function single(key: string): KeyAct | null {
  if (/^[1-9]$/.test(key)) return { act: 'vessel', number: Number(key) }
  if (key === 's') return { act: 'setpoint' }
  if (key === 't') return { act: 'theme' }
  if (key === 'l') return { act: 'log' }
  return key === '?' ? { act: 'help' } : null
}
