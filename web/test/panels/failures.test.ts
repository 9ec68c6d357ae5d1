import { expect, test } from 'vitest'
import { theirsIn } from '../../src/panels/failures'
import { Problem } from '../../src/state/server'

const theirs = { revision: 3 }

test('somebody who was first is found in the refusal', () => {
  expect(theirsIn(new Problem(409, 'Conflict', 'It was changed meanwhile.', [], theirs))).toBe(theirs)
})

test.each([new Problem(409, 'Conflict', 'It holds a vessel.'), new Problem(422, 'Unprocessable', 'No.', [], theirs), new Error('away'), null])('%s is not somebody who was first', (failure) => {
  expect(theirsIn(failure)).toBeNull()
})
