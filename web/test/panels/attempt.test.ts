import { expect, test } from 'vitest'
import { Attempt } from '../../src/panels/attempt.svelte'

const refused = new Error('no')
const refuse = () => Promise.reject(refused)

test('is busy until the act is done', async () => {
  const attempt = new Attempt()
  let answer: (() => void) | undefined
  const done = attempt.run(() => new Promise<void>((resolve) => (answer = resolve)))
  expect(attempt.isBusy).toBe(true)
  answer?.()
  expect(await done).toBe(true)
  expect(attempt.isBusy).toBe(false)
})

test('keeps what was refused, and is free for another try', async () => {
  const attempt = new Attempt()
  expect(await attempt.run(refuse)).toBe(false)
  expect(attempt.failure).toBe(refused)
  expect(attempt.isBusy).toBe(false)
})

test('forgets a refusal with the next try', async () => {
  const attempt = new Attempt()
  await attempt.run(refuse)
  const done = attempt.run(() => Promise.resolve())
  expect(attempt.failure).toBeNull()
  await done
  expect(attempt.failure).toBeNull()
})
