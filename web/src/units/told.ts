import { fixed } from './round'
import { differenceFromCelsius, fromCelsius, NBSP, type TemperatureUnit, unitSign } from './temperature'

/** "20.0 °C", "-0.5 °C", "± 0.30 °C", "3 °C/h". */
const TOLD = /(?<sign>(?<![\d.])[±+−-] ?)?(?<number>\d+(?:\.\d+)?)[ \u00a0]°C(?<pace>\/h| per hour)?/gu
const BEFORE = /\b(?:by|within|band of|drifts?|swings?)(?: up to| about| at most)* $/u
const AFTER = /^ (?:off|above|below|beyond|over|under|apart|away|to either side|(?:too )?(?:warm|cold)(?:er)?)\b/u

/**
 * A sentence of the server, which tells temperatures in °C, in the person's unit. How far apart two are, and how fast one
 * moves, has no offset: that is seen from the words around the number.
 */
export function told(sentence: string, unit: TemperatureUnit): string {
  if (unit === 'C') return sentence
  return sentence.replace(TOLD, (whole: string, ...found: unknown[]) => {
    const { sign = '', number = '', pace = '' } = found.at(-1) as Record<string, string | undefined>
    const at = found.at(-3) as number
    const isSigned = /[±+]/u.test(sign)
    const isApart = pace !== '' || isSigned || tellsApart(sentence.slice(0, at), sentence.slice(at + whole.length))
    const celsius = /[−-]/u.test(sign) ? -Number(number) : Number(number)
    const value = isApart ? differenceFromCelsius(celsius, unit) : fromCelsius(celsius, unit)
    return `${isSigned ? sign : ''}${fixed(value, decimalsOf(number))}${NBSP}${unitSign(unit)}${pace}`
  })
}

function tellsApart(before: string, after: string): boolean {
  return BEFORE.test(before) || AFTER.test(after)
}

function decimalsOf(number: string): number {
  return number.split('.')[1]?.length ?? 0
}
