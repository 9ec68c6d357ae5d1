const TRUSTED_LAG_MS = 10_000
const SLEW = 0.1

/**
 * The server's now, between two times that it told. Runs `speed` times as fast as `ticking`, a clock that never jumps.
 * Times that arrive late are hardly believed: a message cannot come before it was sent.
 */
export class ServerClock {
  #told: number | null = null
  #toldAt = 0
  #speed = 1
  readonly #ticking: () => number

  constructor(ticking: () => number) {
    this.#ticking = ticking
  }

  get speed(): number {
    return this.#speed
  }

  get isSet(): boolean {
    return this.#told !== null
  }

  /** Epoch milliseconds; 0 before the server has told anything. */
  now(): number {
    return this.#told === null ? 0 : this.#told + (this.#ticking() - this.#toldAt) * this.#speed
  }

  /** The server was asked and answered. */
  set(ms: number, speed: number): void {
    this.#speed = speed > 0 ? speed : 1
    this.#anchor(ms)
  }

  /** The server mentioned its time in a message, perhaps some while ago. */
  hear(ms: number): void {
    const ahead = ms - this.now()
    if (this.#told === null || ahead >= 0) this.#anchor(ms)
    else if (-ahead < TRUSTED_LAG_MS * this.#speed) this.#anchor(this.now() + ahead * SLEW)
  }

  #anchor(ms: number): void {
    this.#told = ms
    this.#toldAt = this.#ticking()
  }
}
