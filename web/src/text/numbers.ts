/** Numbers as words, as far as a sentence likes them. */
const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve']

export function countWord(count: number): string {
  return WORDS[count] ?? String(count)
}

/** "1 reading", "2 readings". */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')}\u00a0${count === 1 ? one : many}`
}
