import { dirname, relative, resolve } from 'node:path'

/** The floors of web/src, from the ground up. A folder imports only from floors below its own. */
export const FLOORS = [['text', 'styles'], ['units'], ['state'], ['charts', 'controls'], ['panels'], ['pages'], ['shell'], ['main.ts']]

/** Only this folder may use the client library, and only this one the chart library. */
const KEEPERS = { '@krausen/client': 'state', uplot: 'charts' }

const floorOf = (folder) => FLOORS.findIndex((floor) => floor.includes(folder))

/** Why a file of `folder` may not import `target`, or null when it may. Pages do not import one another either. */
export function refusal(file, target, source) {
  const from = relative(source, file).split('/')[0]
  return target.startsWith('.') ? inside(from, relative(source, resolve(dirname(file), target)).split('/')[0]) : outside(from, target)
}

function outside(from, target) {
  const keeper = KEEPERS[target] ?? KEEPERS[target.replace(/\/.*$/, '')]
  return keeper && from !== keeper ? `Only ${keeper}/ imports ${target}.` : null
}

function inside(from, to) {
  if (from === to) return from === 'pages' ? 'A page does not import another page.' : null
  if (to === '..' || floorOf(from) < 0 || floorOf(to) < 0) return `${from} or ${to} has no floor: give it one in lint/floors.js.`
  return floorOf(to) < floorOf(from) ? null : `${from}/ may not import ${to}/: imports point down only.`
}

/** The same as a rule for the linter. */
export const floors = {
  meta: { type: 'problem', schema: [{ type: 'string' }] },
  create(context) {
    const source = context.options[0]
    const judge = (node) => {
      if (typeof node.source?.value !== 'string') return
      const message = refusal(context.filename, node.source.value, source)
      if (message) context.report({ node, message })
    }
    return { ImportDeclaration: judge, ImportExpression: judge, ExportNamedDeclaration: judge, ExportAllDeclaration: judge }
  },
}
