// @vitest-environment jsdom
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import SetpointEditor from '../../src/panels/SetpointEditor.svelte'
import SetpointPanel from '../../src/panels/SetpointPanel.svelte'
import { link } from '../../src/state/live.svelte'
import { person } from '../../src/state/person.svelte'
import { roster } from '../../src/state/roster.svelte'
import { session } from '../../src/state/session.svelte'
import { vesselOf } from './vessels'

const DEGREES = '\u00a0°C'
const realFetch = globalThis.fetch
let asked: Record<string, unknown>[] = []
let answers: [number, unknown][] = []
let closed = 0

beforeEach(() => {
  asked = []
  answers = []
  closed = 0
  roster.vessels = [vesselOf()]
  globalThis.fetch = (_address, init) => {
    if (typeof init?.body === 'string') asked.push(JSON.parse(init.body) as Record<string, unknown>)
    const [status, body] = answers.shift() ?? [200, vesselOf()]
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    return status === 0 ? Promise.reject(new TypeError('away')) : Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': type } }))
  }
})

afterEach(() => {
  globalThis.fetch = realFetch
  person.unit = 'C'
  link.lostAt = null
})

function open(vessel = vesselOf()) {
  render(SetpointEditor, { vessel, onclose: () => (closed += 1) })
}

const field = () => screen.getByRole('textbox', { name: 'Beer setpoint' })
const type = (text: string) => fireEvent.input(field(), { target: { value: text } })
const request = (name: string | RegExp) => screen.getByRole('button', { name })

describe('the setpoint editor', () => {
  test('begins with what is asked and sends what was chosen, with reason and revision', async () => {
    open()
    expect(field()).toHaveProperty('value', '19.2')
    await type('20')
    await fireEvent.click(screen.getByRole('button', { name: 'dry hop' }))
    await fireEvent.click(request(`Request 20.0${DEGREES}`))
    await waitFor(() => expect(closed).toBe(1))
    expect(asked).toEqual([{ mode: 'beer', value: 20, unit: 'C', reason: 'dry hop', revision: 18 }])
  })

  test('takes a comma, and a tap for a tenth', async () => {
    open()
    await type('20,5')
    await fireEvent.click(screen.getByRole('button', { name: 'More' }))
    expect(request(`Request 20.6${DEGREES}`)).toBeDefined()
    await fireEvent.click(screen.getByRole('button', { name: 'Less' }))
    await fireEvent.keyDown(field(), { key: 'PageUp' })
    expect(request(`Request 21.0${DEGREES}`)).toBeDefined()
  })

  test('sends with Enter', async () => {
    open()
    await type('18')
    await fireEvent.keyDown(field(), { key: 'Enter' })
    await waitFor(() => expect(closed).toBe(1))
    expect(asked[0]).toMatchObject({ value: 18 })
  })

  test('asks nothing beyond the limits, and says why at the field', async () => {
    open()
    await type('31')
    expect(screen.getByRole('alert').textContent).toContain('31.0\u00a0°C is above this vessel’s limit of 24.0\u00a0°C.')
    expect(request(/Request/)).toHaveProperty('disabled', true)
    await fireEvent.keyDown(field(), { key: 'Enter' })
    expect(asked).toEqual([])
  })

  test('shows the server’s words at the field, until the value is changed', async () => {
    answers = [[422, { title: 'Not possible', detail: 'No.', errors: [{ where: '/value', message: 'The glycol cannot do this.' }] }]]
    open()
    await type('20')
    await fireEvent.click(request(/Request/))
    expect((await screen.findByRole('alert')).textContent).toContain('The glycol cannot do this.')
    expect(closed).toBe(0)
    expect(field()).toHaveProperty('value', '20')
    await type('19')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  test('stays open with both wishes when somebody was faster, and asks over the newer one', async () => {
    const present = vesselOf({ requested: { ...vesselOf().requested, revision: 19, value: 18, by: 'Ben', at: '2026-11-20T17:40:00Z' } })
    answers = [[409, { title: 'Stale', detail: 'Stale.', errors: [], present }]]
    open()
    await type('20')
    await fireEvent.click(request(/Request/))
    const words = (await screen.findByRole('alert')).textContent
    expect(words).toContain('Ben asked for 18.0\u00a0°C')
    expect(words).toContain('Request 20.0\u00a0°C over it?')
    expect(field()).toHaveProperty('value', '20')
    await fireEvent.click(request(/Request/))
    await waitFor(() => expect(closed).toBe(1))
    expect(asked.map((wish) => wish['revision'])).toEqual([18, 19])
  })

  test('keeps the draft when the server is away', async () => {
    answers = [[0, null]]
    open()
    await type('20')
    await fireEvent.click(request(/Request/))
    expect((await screen.findByRole('alert')).textContent).toContain('did not answer')
    expect(closed).toBe(0)
  })

  test('cannot send without a connection, and says so', () => {
    link.lostAt = 1
    open()
    expect(request(/Request/)).toHaveProperty('disabled', true)
    expect(screen.getByText(/Nothing can be changed until it is back/)).toBeDefined()
  })

  test('says a large change twice, in the note and on the button', async () => {
    open()
    await type('8')
    expect(request(`Request 8.0${DEGREES}, 11.2${DEGREES} colder`)).toBeDefined()
    expect(screen.getByText(/This is 11.2.°C colder than what is asked now/)).toBeDefined()
  })

  test('asks to go off without a value', async () => {
    open()
    await fireEvent.click(screen.getByRole('radio', { name: 'Off' }))
    expect(screen.queryByRole('textbox')).toBeNull()
    await fireEvent.click(request('Request off'))
    await waitFor(() => expect(closed).toBe(1))
    expect(asked).toEqual([{ mode: 'off', revision: 18 }])
  })

  test('follows a profile, and says what that would do', async () => {
    const step = { kind: 'hold', temperature: 18, hours: null, until: null, title: '' }
    answers = [[200, { items: [{ id: 'ale', name: 'Ale', type: 'fermentation', steps: [step], events: [], revision: 1 }], next: null }]]
    open()
    await fireEvent.click(screen.getByRole('radio', { name: 'Profile' }))
    await waitFor(() => expect(request('Start Ale')).toHaveProperty('disabled', false))
    expect(screen.getByText(/It stands at 19\.2.°C and goes over by 1\.0.°C an hour to 18\.0.°C, without a jump/)).toBeDefined()
    await fireEvent.click(request('Start Ale'))
    await waitFor(() => expect(closed).toBe(1))
    expect(asked).toEqual([{ mode: 'profile', profile: 'ale', revision: 18 }])
  })

  test('starts no profile that asks for more than the vessel may have', async () => {
    const step = { kind: 'hold', temperature: 30, hours: null, until: null, title: '' }
    answers = [[200, { items: [{ id: 'hot', name: 'Hot', type: 'fermentation', steps: [step], events: [], revision: 1 }], next: null }]]
    open()
    await fireEvent.click(screen.getByRole('radio', { name: 'Profile' }))
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Step 1 asks for 30.0\u00a0°C'))
    expect(request('Start Hot')).toHaveProperty('disabled', true)
  })

  test('speaks and sends Fahrenheit to those who read it', async () => {
    person.unit = 'F'
    open()
    expect(field()).toHaveProperty('value', '66.6')
    await type('68')
    await fireEvent.click(request('Request 68.0\u00a0°F'))
    await waitFor(() => expect(asked).toEqual([{ mode: 'beer', value: 68, unit: 'F', revision: 18 }]))
  })

  test('is given up with Escape', async () => {
    open()
    await fireEvent.keyDown(field(), { key: 'Escape' })
    expect(closed).toBe(1)
    expect(asked).toEqual([])
  })

  test('a number from the server does not move the draft', async () => {
    const { rerender } = render(SetpointEditor, { vessel: vesselOf(), onclose: () => undefined })
    await type('20')
    await rerender({ vessel: vesselOf({ observed: { ...vesselOf().observed, beer: 25 } }) })
    expect(field()).toHaveProperty('value', '20')
  })
})

describe('the panel around it', () => {
  const panel = (role: 'viewer' | 'brewer') => {
    session.user = { id: 'u', login: 'ben', name: 'Ben', role }
    render(SetpointPanel, { vessel: vesselOf(), isOpen: false, onopen: () => undefined, onclose: () => undefined })
  }

  test('offers a brewer to change it', () => {
    panel('brewer')
    expect(screen.getByRole('button', { name: 'Change setpoint' })).toBeDefined()
    expect(screen.getByText(/^Beer 19.2/)).toBeDefined()
  })

  test('offers a viewer nothing, and says who can', () => {
    panel('viewer')
    expect(screen.queryByRole('button')).toBeNull()
    expect(screen.getByText('Only a brewer can change this.')).toBeDefined()
  })
})
