import { describe, expect, test } from 'vitest'
import { isOwnName, strengthOf } from '../../../src/panels/people/strength'

describe('a password', () => {
  test.each([
    ['', 'short'],
    ['seven77', 'short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefghijklmnop', 'weak'],
    ['12345678', 'weak'],
    ['password1', 'weak'],
    ['Krausen-2026', 'weak'],
    ['mash tun!', 'fair'],
    ['mash tun hops', 'good'],
    ['four calm yeasts sing', 'strong'],
  ])('%s is %s', (password, strength) => {
    expect(strengthOf(password)).toBe(strength)
  })

  test('does not get weaker by a letter that repeats nothing', () => {
    const order = ['short', 'weak', 'fair', 'good', 'strong']
    const text = 'gravel moth 9 tulip'
    const steps = [...text].map((_, i) => order.indexOf(strengthOf(text.slice(0, i + 1))))
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
  })

  test('counts letters as people do, not as the machine keeps them', () => {
    expect(strengthOf('🍺🍺🍺🍺')).toBe('short')
  })

  test('that is little more than a name is told', () => {
    expect(isOwnName('anna1234', ['Anna'])).toBe(true)
    expect(isOwnName('anna brews a stout on sundays', ['Anna'])).toBe(false)
    expect(isOwnName('something else', ['', 'Al'])).toBe(false)
  })
})
