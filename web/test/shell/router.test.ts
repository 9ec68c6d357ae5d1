// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Keys } from '../../src/shell/keys'
import { linkOf } from '../../src/shell/links'
import { match } from '../../src/shell/router'

const PAGES = ['/', '/vessels/:id', '/vessels/new', '/batches', '/batches/:id', '*'].map((path) => ({ path }))
const found = (path: string) => {
  const one = match(PAGES, path)
  return one && { path: one.page.path, params: one.params }
}

test.each([
  ['/', '/', {}],
  ['/batches', '/batches', {}],
  ['/batches/', '/batches', {}],
  ['/vessels/freezer20', '/vessels/:id', { id: 'freezer20' }],
  ['/vessels/new', '/vessels/new', {}],
  ['/vessels/a%20b', '/vessels/:id', { id: 'a b' }],
  ['/vessels/%E0%A4%A', '/vessels/:id', { id: '%E0%A4%A' }],
  ['/vessels/a/b', '*', {}],
  ['/nowhere', '*', {}],
])('%s opens %s', (address, path, params) => {
  expect(found(address)).toEqual({ path, params })
})

test('without a page for everything else nothing is found', () => {
  expect(match([{ path: '/' }], '/nowhere')).toBeNull()
})

const press = (keys: Keys, key: string, timeStamp = 0, more = {}) => keys.press({ key, timeStamp, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...more })

test.each([
  ['1', { act: 'vessel', number: 1 }],
  ['9', { act: 'vessel', number: 9 }],
  ['0', null],
  ['s', { act: 'setpoint' }],
  ['t', { act: 'theme' }],
  ['l', { act: 'log' }],
  ['?', { act: 'help' }],
  ['x', null],
])('the key %s means %o', (key, wanted) => {
  expect(press(new Keys(['o']), key)).toEqual(wanted)
})

test('g leads to a page when another key follows soon', () => {
  const keys = new Keys(['o', 'b'])
  expect(press(keys, 'g', 0)).toBeNull()
  expect(press(keys, 'b', 400)).toEqual({ act: 'go', key: 'b' })
  expect(press(keys, 'b', 500)).toBeNull()
})

test('g leads nowhere after a while, and to no page that is not there', () => {
  const keys = new Keys(['o'])
  press(keys, 'g', 0)
  expect(press(keys, 't', 2000)).toEqual({ act: 'theme' })
  press(keys, 'g', 3000)
  expect(press(keys, 't', 3100)).toBeNull()
})

test('with Ctrl, Alt or Meta a key belongs to the browser', () => {
  const keys = new Keys(['o'])
  for (const key of ['ctrlKey', 'altKey', 'metaKey']) expect(press(keys, 't', 0, { [key]: true })).toBeNull()
})

test('a key that is held means nothing more, and does not lead astray', () => {
  const keys = new Keys(['o'])
  expect(press(keys, 'l', 0, { repeat: true })).toBeNull()
  press(keys, 'g', 100)
  expect(press(keys, 'g', 600, { repeat: true })).toBeNull()
  expect(press(keys, 'o', 700)).toEqual({ act: 'go', key: 'o' })
})

function click(html: string, more: MouseEventInit = {}): string | null {
  document.body.innerHTML = html
  const event = new MouseEvent('click', { bubbles: true, cancelable: true, button: 0, ...more })
  let target: string | null = null
  document.body.addEventListener('click', (heard) => {
    target = linkOf(heard)
    heard.preventDefault()
  }, { once: true })
  document.body.querySelector('a > b, a, p')?.dispatchEvent(event)
  return target
}

test('a click inside a link of this site is followed here', () => {
  expect(click('<a href="/batches?x=1"><b>Batches</b></a>')).toBe('/batches?x=1')
})

test.each([
  ['<a href="https://brewery.example/">elsewhere</a>', {}],
  ['<a href="/x" target="_blank">a new tab</a>', {}],
  ['<a href="#content">on this page</a>', {}],
  ['<a href="/file" download>a file</a>', {}],
  ['<p>no link</p>', {}],
  ['<a href="/x">with Ctrl</a>', { ctrlKey: true }],
  ['<a href="/x">another button</a>', { button: 1 }],
])('%s is left to the browser', (html, more) => {
  expect(click(html, more)).toBeNull()
})
