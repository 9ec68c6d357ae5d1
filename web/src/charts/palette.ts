/** Colours and type of the page, for the canvas, which cannot read roles by itself. */
export interface Palette {
  colour: (role: string) => string
  font: (weight: number) => string
}

const LABEL_PX = 12

/** Reads the roles as they are at this moment; ask again when the theme has changed. */
export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element)
  const family = style.getPropertyValue('--font')
  const read = new Map<string, string>()
  return {
    colour: (role) => {
      const known = read.get(role) ?? style.getPropertyValue(role).trim()
      read.set(role, known)
      return known
    },
    font: (weight) => `${weight} ${LABEL_PX}px ${family}`,
  }
}

/** Calls `changed` when the theme does; gives the act that ends it. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}
