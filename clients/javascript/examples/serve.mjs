/**
 * Serves the examples and the client, and passes on what goes to a Krausen server, so that page and server are one origin:
 * a browser lets a page call no other.
 *
 *     node serve.mjs http://brewery:8080 8000      then open http://127.0.0.1:8000/
 *
 * Where the page is to stay, let the web server that you have do these two things.
 */
import { createReadStream } from 'node:fs'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'

const [target = 'http://127.0.0.1:8080', port = '8000'] = process.argv.slice(2)
const { hostname, port: targetPort } = new URL(target)
const brewery = { host: hostname, port: Number(targetPort || 80) }
const FILES = /^\/(examples\/page\.html|dist\/[a-z]+\.js)$/
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript' }

function serve(asked, answer) {
  const path = asked.url === '/' ? '/examples/page.html' : asked.url
  if (path.startsWith('/api/')) return pass(asked, answer)
  if (!FILES.test(path)) return answer.writeHead(404).end()
  answer.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1)] })
  createReadStream(new URL(`..${path}`, import.meta.url)).pipe(answer)
}

function pass(asked, answer) {
  const { method, url: path, headers } = asked
  const passed = request({ ...brewery, method, path, headers }, (given) => {
    answer.writeHead(given.statusCode, given.headers)
    given.pipe(answer)
  })
  passed.on('error', () => answer.headersSent || answer.writeHead(502).end())
  asked.pipe(passed)
}

/** A WebSocket is a connection that is handed over as it is. */
function handOver(asked, socket, head) {
  const other = connect(brewery, () => {
    const lines = asked.rawHeaders.flatMap((name, n) => (n % 2 ? [] : [`${name}: ${asked.rawHeaders[n + 1]}`]))
    other.write([`${asked.method} ${asked.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
    other.write(head)
    socket.pipe(other).pipe(socket)
  })
  for (const [one, end] of [[socket, other], [other, socket]]) one.on('error', () => end.destroy())
}

const server = createServer(serve).on('upgrade', handOver)
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`))
