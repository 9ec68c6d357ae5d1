import { fileURLToPath } from 'node:url'
import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'
import { floors } from './lint/floors.js'

/** Parts of the page that are fetched with nobody to say when they cannot be had. */
const BARE_IMPORTS = ['AwaitExpression', 'SvelteAwaitBlock'].map((waiting) => ({
  selector: `${waiting} > ImportExpression`,
  message: 'A part that cannot be had has to say so: Late, or fetched.',
}))
const SOURCE = fileURLToPath(new URL('src', import.meta.url))

export default ts.config(
  { ignores: ['**/node_modules/', 'web/check/canary/', 'clients/javascript/dist/', 'clients/javascript/src/openapi.ts'] },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'] } },
    rules: {
      complexity: ['error', 10],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 6],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-globals': ['error', { name: 'event', message: 'Take the event as a parameter.' }],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Time comes from the server: site.clock.' }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    // A component's script is no function; its parts are short, and the file has its own limit.
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['web/src/**/*.ts', 'web/src/**/*.svelte'],
    plugins: { house: { rules: { floors } } },
    rules: {
      'house/floors': ['error', SOURCE],
      'no-restricted-syntax': ['error', ...BARE_IMPORTS],
    },
  },
  {
    files: ['web/test/**', 'web/check/**'],
    rules: { 'no-console': 'off', 'max-lines-per-function': 'off', 'no-restricted-properties': 'off' },
  },
  {
    // The made-up brewery is for looking at the page; nobody is to learn physics from it.
    files: ['web/test/fake/**'],
    rules: { complexity: 'off' },
  },
)
