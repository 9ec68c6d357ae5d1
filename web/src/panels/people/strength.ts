export const SHORTEST = 8

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong'

const KINDS: readonly [RegExp, number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[\p{P}\p{S}\s]/u, 33],
  [/[^\u0020-\u007e]/, 60],
]
const LEAST_BITS: readonly [Strength, number][] = [
  ['strong', 75],
  ['good', 55],
  ['fair', 42],
]
const USUAL = ['password', 'passwort', 'krausen', 'brewery', 'letmein', 'welcome', 'qwerty', 'asdfgh', 'admin', 'beer']

/**
 * How hard a password is to guess, by a rough count: a character is worth what its alphabet is, but only one
 * bit where it follows the one before it, and nothing where it repeats it or belongs to a word everybody tries.
 */
export function strengthOf(password: string): Strength {
  if ([...password].length < SHORTEST) return 'short'
  const bits = bitsOf(password)
  return LEAST_BITS.find(([, least]) => bits >= least)?.[0] ?? 'weak'
}

/** True when a password is little more than the name of its owner. */
export function isOwnName(password: string, names: readonly string[]): boolean {
  const plain = password.toLowerCase()
  return names.some((name) => name.length > 2 && plain.includes(name.toLowerCase()) && plain.length < name.length + SHORTEST)
}

function bitsOf(password: string): number {
  const rare = USUAL.reduce((text, word) => text.replace(new RegExp(word, 'gi'), ''), password)
  const alphabet = KINDS.reduce((size, [kind, count]) => size + (kind.test(rare) ? count : 0), 0)
  const codes = [...rare].map((letter) => letter.codePointAt(0) ?? 0)
  return codes.reduce((bits, code, i) => bits + worth(code, codes[i - 1], Math.log2(Math.max(2, alphabet))), 0)
}

function worth(code: number, before: number | undefined, full: number): number {
  const step = before === undefined ? Infinity : Math.abs(code - before)
  if (step === 0) return 0
  return step === 1 ? Math.min(1, full) : full
}
