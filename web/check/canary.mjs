/** Proves that svelte-check finds mistakes: a file that is wrong on purpose must be refused, in script and markup. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const web = fileURLToPath(new URL('..', import.meta.url))
const run = spawnSync(
  process.execPath,
  ['node_modules/svelte-check/bin/svelte-check', '--workspace', 'check/canary', '--tsconfig', './tsconfig.json', '--output', 'machine'],
  { cwd: web, encoding: 'utf8' },
)
const wanted = [/ERROR .*Broken\.svelte.*'number' is not assignable to type 'string'/, /ERROR .*Broken\.svelte.*'toFixed' does not exist/]
const missed = wanted.filter((pattern) => !pattern.test(run.stdout))
if (run.status === 0 || missed.length) {
  console.error(`svelte-check did not find the mistakes in check/canary/Broken.svelte, so its silence means nothing.\n${run.stdout}${run.stderr}`)
  process.exit(1)
}
console.log('Canary: svelte-check finds mistakes.')
