import { describe, expect, test } from 'vitest'
import { told } from '../../src/units/told'

const plain = (sentence: string) => told(sentence, 'F').replaceAll('\u00a0', ' ')

test('who reads °C reads what the server says', () => {
  const sentence = 'The room seems to be at 18 °C; it is 0.30 °C off.'
  expect(told(sentence, 'C')).toBe(sentence)
})

describe('temperatures', () => {
  test.each([
    ['The room seems to be at 18 °C.', 'The room seems to be at 64 °F.'],
    ['From 20 °C the beer reaches 2 °C in about 5 to 9 h when nothing ferments.', 'From 68 °F the beer reaches 36 °F in about 5 to 9 h when nothing ferments.'],
    ['The beer is at 19.9 °C and ends at 20.1 °C if all is off now. It cools until that is 19.92 °C.', 'The beer is at 67.8 °F and ends at 68.2 °F if all is off now. It cools until that is 67.86 °F.'],
    ['The beer probe answers: -0.5 °C.', 'The beer probe answers: 31.1 °F.'],
    ['It comes down to about -20 °C.', 'It comes down to about −4 °F.'],
    ['Nothing heats here: 20.0 °C cannot be held in a room of about 12 °C (Step 1).', 'Nothing heats here: 68.0 °F cannot be held in a room of about 54 °F (Step 1).'],
    ['The beer probe shows 31.0 °C, above the 30.0 °C at which it ends.', 'The beer probe shows 87.8 °F, above the 86.0 °F at which it ends.'],
    ['30 °C is above this vessel\'s limit of 26 °C.', '86 °F is above this vessel\'s limit of 79 °F.'],
  ])('%s', (said, read) => {
    expect(plain(said)).toBe(read)
  })
})

describe('differences and paces have no offset', () => {
  test.each([
    ['0.50 °C above the setpoint of 18.0 °C', '0.90 °F above the setpoint of 64.4 °F'],
    ['It is 0.3 °C off.', 'It is 0.5 °F off.'],
    ['It is 1.0 °C too warm.', 'It is 1.8 °F too warm.'],
    ['inside the band of ± 0.30 °C.', 'inside the band of ± 0.54 °F.'],
    ['After that the beer probe moved by up to 3 °C/h.', 'After that the beer probe moved by up to 5 °F/h.'],
    ['It goes by about 2.0 °C.', 'It goes by about 3.6 °F.'],
    ['It falls at -0.50 °C/h.', 'It falls at −0.90 °F/h.'],
  ])('%s', (said, read) => {
    expect(plain(said)).toBe(read)
  })
})

test('what is no temperature stays', () => {
  const sentence = 'It takes between 0.4 and 0.9 kWh; Step 2 needs 30 h, and °C stands alone.'
  expect(told(sentence, 'F')).toBe(sentence)
})
