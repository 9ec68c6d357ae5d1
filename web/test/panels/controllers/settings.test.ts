import { expect, test } from 'vitest'
import { isComplete, settingRefusals, settingsPatch } from '../../../src/panels/controllers/settings'
import { Problem } from '../../../src/state/server'

test('only what differs is sent, and what is taken back is null', () => {
  expect(settingsPatch({ port: '/dev/a', every_s: 5 }, { port: '/dev/b' })).toEqual({ port: '/dev/b', every_s: null })
  expect(settingsPatch({ list: [1] }, { list: [1] })).toEqual({})
})

test('refusals stand at their setting, the first of each', () => {
  const problem = new Problem(422, 'Not possible', '', [
    { where: '/settings/port', message: 'This is no place.' },
    { where: '/settings/port', message: 'And too long.' },
    { where: '/name', message: 'Taken.' },
  ])
  expect(settingRefusals(problem)).toEqual({ port: 'This is no place.' })
  expect(settingRefusals(new Error('other'))).toEqual({})
})

test('what a driver needs is said before anything is sent', () => {
  const schema = { type: 'object', properties: { port: { type: 'string' }, every_s: { type: 'number', default: 5 } }, required: ['port'] }
  expect([isComplete(schema, {}), isComplete(schema, { port: '' }), isComplete(schema, { port: '/dev/ttyACM0' })]).toEqual([false, false, true])
})
