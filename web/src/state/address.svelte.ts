/** The address of the page as state: what is open, and how it is looked at. */
class Address {
  #url = $state.raw(new URL(location.href))

  constructor() {
    addEventListener('popstate', () => this.#read())
  }

  get path(): string {
    return this.#url.pathname
  }

  get query(): URLSearchParams {
    return this.#url.searchParams
  }

  /** Opens another page, which the back button leaves again. */
  go(target: string): void {
    history.pushState(null, '', target)
    this.#read()
  }

  /** Changes the address of this page without a new entry in the history. */
  replace(target: string): void {
    history.replaceState(history.state, '', target)
    this.#read()
  }

  /** Sets or, with null, removes one word of the query. */
  mark(name: string, value: string | null): void {
    this.markAll({ [name]: value })
  }

  /** Sets or, with null, removes words of the query; nothing is done where they stand so already. */
  markAll(words: Readonly<Record<string, string | null>>): void {
    const query = new URLSearchParams(this.query)
    for (const [name, value] of Object.entries(words)) {
      if (value === null) query.delete(name)
      else query.set(name, value)
    }
    const text = query.toString()
    if (text !== this.query.toString()) this.replace(this.path + (text ? `?${text}` : ''))
  }

  #read(): void {
    this.#url = new URL(location.href)
  }
}

export const address = new Address()
