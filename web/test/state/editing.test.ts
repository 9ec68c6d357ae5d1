import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { draftOf, withStep } from '../../src/state/draft'
import { Editing, editingOf, keep } from '../../src/state/editing.svelte'

const PLAN = { name: 'Ale', type: 'fermentation' as const, steps: [{ kind: 'hold' as const, temperature: 18, hours: null, until: null, title: '' }], events: [] }
const realFetch = globalThis.fetch
let asked = 0
let answer: unknown = {}

beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
  answer = { t: [0, 1], setpoint: [18, 18], milestones: [], events: [], faults: [] }
  globalThis.fetch = () => {
    asked += 1
    return Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } }))
  }
})

afterEach(() => {
  vi.useRealTimers()
  globalThis.fetch = realFetch
})

const begun = () => new Editing(draftOf(PLAN), () => 1000)
const warm = (editing: Editing, temperature: number, name = '') => editing.change(withStep(editing.draft, 0, { temperature }), name)
const shown = (editing: Editing) => editing.draft.steps[0]?.temperature

describe('a profile that is edited', () => {
  test('undoes and redoes, one hand’s movement at once', () => {
    const editing = begun()
    warm(editing, 19, 'drag')
    warm(editing, 20, 'drag')
    editing.settle()
    warm(editing, 21, 'drag')
    expect(editing.changes).toBe(1)
    editing.undo()
    expect(shown(editing)).toBe(20)
    editing.undo()
    expect(shown(editing)).toBe(18)
    expect(editing.canUndo).toBe(false)
    editing.redo()
    editing.redo()
    expect(shown(editing)).toBe(21)
    expect(editing.canRedo).toBe(false)
  })

  test('what is discarded can be had back', () => {
    const editing = begun()
    warm(editing, 19)
    editing.discard()
    expect(editing.changes).toBe(0)
    editing.undo()
    expect(shown(editing)).toBe(19)
  })

  test('asks the server once the hand rests, and not for what it cannot read', async () => {
    const editing = begun()
    warm(editing, 19)
    warm(editing, 20)
    await vi.advanceTimersByTimeAsync(300)
    expect(asked).toBe(1)
    expect(editing.judged?.draft).toBe(editing.draft)
    warm(editing, NaN)
    await vi.advanceTimersByTimeAsync(300)
    expect(asked).toBe(1)
    expect(editing.faults).toEqual([{ where: '/steps/0/temperature', message: '' }])
  })

  test('keeps what the server found where nothing was changed since', async () => {
    const editing = begun()
    answer = { t: [], setpoint: [], milestones: [], events: [], faults: [{ where: '/steps/0/temperature', message: 'Too hot.' }] }
    warm(editing, 99)
    await vi.advanceTimersByTimeAsync(300)
    editing.change({ ...editing.draft, name: 'Hot ale' })
    expect(editing.faults.map(({ message }) => message)).toEqual(['Too hot.'])
    warm(editing, 20)
    expect(editing.faults).toEqual([])
  })

  test('is kept while it differs, whichever way its page was left', () => {
    const editing = begun()
    keep('a', editing)
    expect(editingOf('a', begun)).not.toBe(editing)
    warm(editing, 19)
    keep('a', editing)
    expect(editingOf('a', begun)).toBe(editing)
    expect(editingOf('a', begun)).not.toBe(editing)
  })
})
