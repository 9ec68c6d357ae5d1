import { describe, expect, test } from 'vitest'
import {
  agreedAll,
  changesOf,
  type Draft,
  draftOf,
  faultsOf,
  isNew,
  listed,
  metricsOf,
  newMetric,
  newNode,
  nodesOf,
  planOf,
  rangeSaid,
  rebased,
  refusalsOf,
  refused,
} from '../../../src/panels/adapters/adapter'
import type { KnownAdapter } from '../../../src/state/adapter.svelte'
import { Problem } from '../../../src/state/server'

const node = (name: string, change = {}) => ({ name, title: '', kind: '', agreed: true, ...change })
const metric = (name: string, change = {}) => ({ name, title: '', unit: '', min: null, max: null, agreed: true, ...change })
const KNOWN: KnownAdapter = {
  adapter: { name: 'orchard', title: 'Orchard', zone: null, policy: 'open', revision: 3, created_at: null, updated_at: null },
  nodes: [node('tank 1'), node('tank 2', { agreed: false })],
  metrics: [metric('temperature', { unit: '°C', min: -5, max: 40 })],
}

function at<Row>(rows: readonly Row[], place: number): Row {
  const row = rows[place]
  if (!row) throw new Error(`There is no row ${place}.`)
  return row
}

/** The draft of what is known, after a change. */
function changed(change: (draft: Draft) => void, from = KNOWN): Draft {
  const draft = draftOf(from)
  change(draft)
  return draft
}

const base = draftOf(KNOWN)
const said = (draft: Draft) => changesOf(base, draft).map((change) => change.said)

describe('changes', () => {
  test('what nobody touched is no change', () => {
    expect(changesOf(base, draftOf(KNOWN))).toEqual([])
  })

  test('each part is told in words', () => {
    const draft = changed((it) => {
      Object.assign(it, { title: ' Press ', zone: 'Asia/Tokyo', policy: 'agreed' })
      at(it.nodes, 1).agreed = true
      at(it.metrics, 0).max = '45'
    })
    expect(said(draft)).toEqual(['only what is agreed may come', 'title: Press', 'time zone: Asia/Tokyo', 'tank 2 agreed', 'temperature changed'])
  })

  test('a row that is taken back or no longer agreed says so', () => {
    const draft = changed((it) => {
      it.nodes.shift()
      at(it.metrics, 0).agreed = false
    })
    expect(said(draft)).toEqual(['tank 1 taken back', 'temperature no longer agreed'])
  })

  test.each([
    ['-5', '−5'],
    ['40', ' 40,0 '],
  ])('the same number written otherwise is no change: %s', (from, to) => {
    const draft = changed((it) => {
      const row = at(it.metrics, 0)
      if (row.min === from) row.min = to
      if (row.max === from) row.max = to
    })
    expect(changesOf(base, draft)).toEqual([])
  })
})

describe('what is sent', () => {
  test('what merely reports is not sent, and numbers are numbers', () => {
    const draft = changed((it) => {
      it.nodes.push({ ...newNode(it), name: ' tank 3 ', kind: 'tank' })
      at(it.metrics, 0).min = '−2,5'
      at(it.metrics, 0).max = ''
    })
    expect(nodesOf(draft).items).toEqual([node('tank 1'), node('tank 3', { kind: 'tank' })])
    expect(metricsOf(draft).items).toEqual([metric('temperature', { unit: '°C', min: -2.5 })])
    expect(planOf(draft)).toEqual({ title: 'Orchard', zone: null, policy: 'open' })
  })

  test('spaces around a name that is known belong to it', () => {
    const odd = { ...KNOWN, nodes: [node(' tank')] }
    expect(nodesOf(draftOf(odd)).items).toEqual([node(' tank')])
  })

  test('the keys tell which row each of them is', () => {
    const draft = changed((it) => it.nodes.push(newNode(it)))
    const { items, keys } = nodesOf(draft)
    expect(keys).toHaveLength(items.length)
    expect(keys.map((key) => draft.nodes.find((row) => row.key === key)?.name)).toEqual(items.map((item) => item.name))
  })
})

describe('what is wrong', () => {
  test('nothing is wrong with what the server knows', () => {
    expect(faultsOf(base)).toEqual({})
  })

  test('missing and double names, and ranges that are none, are told at their fields', () => {
    const draft = changed((it) => {
      it.nodes.push({ ...newNode(it), name: 'tank 1' })
      it.metrics.push({ ...newMetric(it), min: '7', max: 'x' })
      at(it.metrics, 0).min = '41'
    })
    const [fresh, other] = [at(draft.nodes, 2).key, at(draft.metrics, 1).key]
    expect(faultsOf(draft)).toEqual({
      [`nodes.${fresh}.name`]: 'tank 1 is there already.',
      'metrics.temperature.min': 'The least is above the greatest.',
      [`metrics.${other}.name`]: 'Give it the name that the sender uses.',
      [`metrics.${other}.max`]: 'This is not a number.',
    })
  })

  test('the server is heard by row and field', () => {
    const errors = [
      { where: '/items/1/title', message: 'Too long.' },
      { where: '/items/9/title', message: 'Where?' },
    ]
    const problem = new Problem(422, 'Wrong', '2 fields are wrong.', errors)
    expect(refusalsOf(problem, 'nodes', ['a', 'b'])).toEqual({ 'nodes.b.title': 'Too long.', '': 'Where?' })
    const zone = new Problem(422, 'Wrong', '', [{ where: '/zone', message: 'None.' }])
    expect(refusalsOf(zone, 'plan', [])).toEqual({ zone: 'None.' })
    expect(refusalsOf(new Problem(403, 'No', 'Not you.', []), 'plan', [])).toEqual({ '': 'Not you.' })
    expect(refusalsOf(new Error('x'), 'plan', [])).toEqual({})
  })
})

describe('two people at once', () => {
  const theirsOf = (change: Partial<KnownAdapter>) => draftOf({ ...KNOWN, ...change })

  test('without changes of mine everything is theirs', () => {
    const theirs = theirsOf({ nodes: [node('tank 9')], metrics: [] })
    expect(rebased(base, draftOf(KNOWN), theirs)).toEqual(theirs)
  })

  test('what each of both changed stays', () => {
    const mine = changed((it) => {
      it.title = 'Press'
      at(it.nodes, 1).agreed = true
    })
    const theirs = theirsOf({ adapter: { ...KNOWN.adapter, zone: 'Asia/Tokyo' }, nodes: [node('tank 1', { title: 'Door' }), node('tank 2', { agreed: false }), node('tank 3')] })
    const both = rebased(base, mine, theirs)
    expect([both.title, both.zone]).toEqual(['Press', 'Asia/Tokyo'])
    expect(both.nodes.map(({ name, title, agreed }) => [name, title, agreed])).toEqual([
      ['tank 1', 'Door', true],
      ['tank 2', '', true],
      ['tank 3', '', true],
    ])
  })

  test('what I took back stays so, and what they took back comes again only where I changed it', () => {
    const mine = changed((it) => it.nodes.shift())
    expect(rebased(base, mine, base).nodes.map((row) => row.name)).toEqual(['tank 2'])
    const gone = theirsOf({ nodes: [] })
    const kept = changed((it) => (at(it.nodes, 0).kind = 'tank'))
    expect(rebased(base, kept, gone).nodes.map((row) => row.name)).toEqual(['tank 1'])
  })

  test('a node that both added is there once, as I have it, and is new no more', () => {
    const mine = changed((it) => it.nodes.push({ ...newNode(it), name: 'tank 3', title: 'Mine' }))
    const theirs = theirsOf({ nodes: [...KNOWN.nodes, node('tank 3', { title: 'Theirs' })] })
    const rows = rebased(base, mine, theirs).nodes.filter((row) => row.name === 'tank 3')
    expect(rows.map((row) => [row.title, isNew(row)])).toEqual([['Mine', false]])
  })

  test('what was saved is no change any more', () => {
    const mine = changed((it) => it.nodes.push({ ...newNode(it), name: 'tank 3' }))
    const saved = theirsOf({ nodes: [...KNOWN.nodes, node('tank 3')] })
    expect(changesOf(saved, rebased(base, mine, saved))).toEqual([])
  })
})

describe('agreeing', () => {
  const reporting = { nodes: new Set(['tank 1', 'tank 2']), metrics: new Set(['temperature', 'ph']) }
  const strict = changed((it) => {
    it.policy = 'agreed'
    it.metrics.push({ ...at(draftOf(KNOWN).metrics, 0), key: 'ph', name: 'ph', agreed: false })
  })

  test('an open adapter is refused nothing', () => {
    expect(refused(base, reporting)).toEqual([])
  })

  test('what reports and is not agreed would be refused, until all of it is', () => {
    expect(refused(strict, reporting)).toEqual(['tank 2', 'ph'])
    expect(refused(agreedAll(strict, reporting), reporting)).toEqual([])
  })

  test('a long list is cut and says so', () => {
    expect(listed(['a', 'b', 'c'], 2)).toEqual(['a', 'b', '1 more'])
    expect(listed(['a', 'b'], 2)).toEqual(['a', 'b'])
  })
})

test('new rows have keys of their own', () => {
  const draft = changed((it) => {
    it.nodes.push(newNode(it))
    it.nodes.push(newNode(it))
  })
  expect(new Set(draft.nodes.map((row) => row.key)).size).toBe(4)
  expect(draft.nodes.map(isNew)).toEqual([false, false, true, true])
})

test.each([
  ['-5', '40', '°C', '−5 to 40 °C'],
  ['', '7', '', 'up to 7'],
  ['2.5', '', '', 'from 2.5'],
  ['', '', 'SG', 'SG'],
])('the range %s, %s in %s', (min, max, unit, text) => {
  expect(rangeSaid(min, max, unit)).toBe(text)
})
