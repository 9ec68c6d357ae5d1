import { describe, expect, test } from 'vitest'
import { asked, whatChoices, whoChoices } from '../../../src/panels/journal/choices'
import type { Member, Token } from '../../../src/state/server'

const anna = { id: 'u-1', login: 'anna', name: 'Anna Ø.' } as Member
const ben = { id: 'u-2', login: 'ben', name: 'ben' } as Member
const logger = { id: 't-1', title: 'greenhouse logger' } as Token
const values = (choices: { value: string }[]) => choices.map(({ value }) => value)

describe('what may be chosen in the journal', () => {
  test('is everybody, each person and each program', () => {
    expect(whoChoices([anna, ben], [logger], '')).toEqual([
      { value: '', label: 'Everybody' },
      { value: 'anna', label: 'Anna Ø.' },
      { value: 'ben', label: 'ben' },
      { value: 't-1', label: 'The program “greenhouse logger”' },
    ])
  })

  test('is also what the address names, whoever that was', () => {
    expect(values(whoChoices([anna], [], 'gone'))).toEqual(['', 'anna', 'gone'])
    expect(values(whoChoices([anna], [], 'anna'))).toEqual(['', 'anna'])
    expect(whatChoices('elf').at(-1)).toEqual({ value: 'elf', label: 'elf' })
  })

  test('names no kind twice', () => {
    expect(new Set(values(whatChoices('vessel'))).size).toBe(whatChoices('vessel').length)
  })
})

describe('what the server is asked for', () => {
  test('is everything where nothing was chosen', () => {
    expect(asked('', '', [anna], [logger])).toEqual({})
  })

  test('is a person by name, and by login as older lines have it', () => {
    expect(asked('anna', '', [anna, ben], [])).toEqual({ by: ['Anna Ø.', 'anna'] })
    expect(asked('ben', 'batch', [anna, ben], [])).toEqual({ by: ['ben'], what: 'batch' })
  })

  test('is a program by title, and by id as older lines have it', () => {
    expect(asked('t-1', '', [], [logger])).toEqual({ by: ['greenhouse logger', 't-1'] })
  })

  test('is whom the address names, whoever that was', () => {
    expect(asked('command line', 'setting', [anna], [logger])).toEqual({ by: ['command line'], what: 'setting' })
  })
})
