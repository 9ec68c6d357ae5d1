import type { Page, PageComponent } from '../state/page'

/** A page with the act that fetches its component. */
export interface Known extends Page {
  load: () => Promise<{ default: PageComponent }>
}

const constants = import.meta.glob<Page>('../pages/*.svelte', { query: '?page', import: 'page', eager: true })
const components = import.meta.glob<{ default: PageComponent }>('../pages/*.svelte')

/** Every page there is: one file each in `pages/`. */
export const PAGES: readonly Known[] = Object.entries(constants).map(([file, page]) => {
  const load = components[file]
  if (!load) throw new Error(`${file} has a constant but no component.`)
  return { ...page, load }
})

/** Pages with a place in the menu, in order. */
export const MENU: readonly (Known & Required<Pick<Page, 'place'>>)[] = PAGES.filter(
  (page): page is Known & Required<Pick<Page, 'place'>> => page.place !== undefined,
).sort((a, b) => a.place.order - b.place.order)
