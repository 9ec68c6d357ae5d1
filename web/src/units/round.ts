const MINUS = '\u2212'

/** Rounds half away from zero, as people do, and never to minus zero. The error of binary fractions is taken out first. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals
  const whole = Math.round(Number((Math.abs(value) * scale).toPrecision(14)))
  return whole === 0 ? 0 : (Math.sign(value) * whole) / scale
}

/** A number with so many decimals, and a real minus sign. */
export function fixed(value: number, decimals: number): string {
  const rounded = round(value, decimals)
  const digits = Math.abs(rounded).toFixed(decimals)
  return rounded < 0 ? MINUS + digits : digits
}

/** A difference with its sign always shown: "+1.5", "−0.3", "0.0". */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals)
  return round(value, decimals) > 0 ? `+${text}` : text
}

/** Reads what a person typed: comma or point, any minus; null when it is not a number. */
export function typed(text: string): number | null {
  const plain = text.trim().replace(MINUS, '-').replace(',', '.')
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null
}
