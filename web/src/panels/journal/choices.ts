import type { JournalChoice, Member, Token } from '../../state/server'
import { journal as text } from '../../text/journal'

/** What may be chosen, with its name. The empty one leaves it open. */
export interface Choice {
  value: string
  label: string
}

/** Whose changes may be looked at: everybody's, those of a person by login, or of a program by its token's id. */
export function whoChoices(people: readonly Member[], programs: readonly Token[], chosen: string): Choice[] {
  const found = [
    { value: '', label: text.everybody },
    ...people.map(({ login, name }) => ({ value: login, label: name })),
    ...programs.map(({ id, title }) => ({ value: id, label: text.program(title) })),
  ]
  return withChosen(found, chosen)
}

/** What kinds of things may be looked at. */
export function whatChoices(chosen: string): Choice[] {
  const kinds = Object.entries(text.things).map(([value, label]) => ({ value, label }))
  return withChosen([{ value: '', label: text.everything }, ...kinds], chosen)
}

/** What to ask the server for. A line bears a name; older ones a login, and those of programs an id. */
export function asked(who: string, what: string, people: readonly Member[], programs: readonly Token[]): JournalChoice {
  const name = people.find(({ login }) => login === who)?.name ?? programs.find(({ id }) => id === who)?.title
  const by = [...new Set([name, who])].filter((one): one is string => Boolean(one))
  return { ...(by.length ? { by } : {}), ...(what ? { what } : {}) }
}

/** An address may name what is not, or not any more, there. */
function withChosen(choices: Choice[], chosen: string): Choice[] {
  return choices.some(({ value }) => value === chosen) ? choices : [...choices, { value: chosen, label: chosen }]
}
