/**
 * What beers of a style look like in a glass, the darkest first, for a name that says two things is that of the darker one.
 * Until a batch has a recipe, its name is all there is to go by.
 */
const STYLES: readonly [RegExp, string][] = [
  [/stout|black|schwarz/i, '#33201a'],
  [/porter|brown|dunkel|bock|quad/i, '#5c3018'],
  [/dubbel|scotch|red|old ale/i, '#8d4420'],
  [/amber|bitter|altbier|m(?:\u00e4|ae)rzen|vienna|festbier/i, '#b8692b'],
  [/pale|ipa|saison|tripel|mild/i, '#d6963c'],
  [/wheat|wei(?:zen|\u00df|ss)|wit(?:bier)?\b|gose|berliner/i, '#e6c878'],
]

const STRAW = 'var(--straw)'

/** The colour of a beer by the name of its batch, for CSS; straw when the name does not tell. */
export function beerColour(name: string | undefined): string {
  return STYLES.find(([style]) => style.test(name ?? ''))?.[1] ?? STRAW
}
