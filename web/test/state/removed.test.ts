import { afterEach, beforeEach, expect, test } from 'vitest'
import { changes } from '../../src/state/changes'
import { removed } from '../../src/state/removed.svelte'
import { site } from '../../src/state/site.svelte'

const AT = Date.parse('2026-11-20T17:42:00Z')
let end: () => void

beforeEach(() => {
  site.clock.set(AT, 1)
  end = removed.run()
})
afterEach(() => end())

test('what somebody removed is known with who and when, and nothing else is', () => {
  changes.pass({ what: 'vessel', id: 'north', action: 'deleted', by: 'Ben' })
  const removal = removed.of('vessel', 'north')
  expect(removal?.by).toBe('Ben')
  expect(Math.abs((removal?.at ?? 0) - AT)).toBeLessThan(1000)
  expect(removed.of('batch', 'north')).toBeUndefined()
  expect(removed.of('vessel', 'south')).toBeUndefined()
})

test('what is there again is not gone', () => {
  changes.pass({ what: 'batch', id: 'b1', action: 'deleted' })
  expect(removed.of('batch', 'b1')).toMatchObject({ by: '' })
  changes.pass({ what: 'batch', id: 'b1', action: 'updated', by: 'Ben' })
  expect(removed.of('batch', 'b1')).toBeUndefined()
})

test('nothing is remembered beyond a session', () => {
  changes.pass({ what: 'profile', id: 'p', action: 'deleted', by: 'Ben' })
  end()
  expect(removed.of('profile', 'p')).toBeUndefined()
  end = removed.run()
  expect(removed.of('profile', 'p')).toBeUndefined()
})
