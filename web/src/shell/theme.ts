import type { Theme } from '../state/person.svelte'

const DARK = '(prefers-color-scheme: dark)'
const BAR_COLOURS = { light: '#f2f3f0', dark: '#0f1211' } as const

/**
 * Shows a theme, following the system where that is the choice; gives the act that ends the following. A dim one is dark
 * whatever was chosen, and less bright than that.
 */
export function show(theme: Theme, isDim = false): () => void {
  const system = matchMedia(DARK)
  document.documentElement.toggleAttribute('data-dim', isDim)
  const apply = () => paint(isDim ? 'dark' : theme === 'system' ? (system.matches ? 'dark' : 'light') : theme)
  apply()
  system.addEventListener('change', apply)
  return () => system.removeEventListener('change', apply)
}

function paint(theme: 'light' | 'dark'): void {
  document.documentElement.dataset['theme'] = theme
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', BAR_COLOURS[theme])
}
