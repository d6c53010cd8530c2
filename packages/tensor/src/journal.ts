/**
 * What host-side changes overwrite, for as long as something runs that may yet fail: a compiled step asks for learning
 * rates and draws random masks before the device has done its part.
 */
export class Journal {
  readonly #undo = new Map<object, () => void>()

  /** To be called before a change, with what makes the way back. Of the changes of one thing, the first is what counts. */
  note(changed: object, remember: () => () => void): void {
    if (!this.#undo.has(changed)) this.#undo.set(changed, remember())
  }

  /** Makes everything as it was. */
  rollBack(): void {
    for (const undo of this.#undo.values()) undo()
  }
}

/** The one in use, if any. */
export let journal: Journal | undefined

/** Runs `body`, noting what it changes. */
export function withJournal<T>(noting: Journal, body: () => T): T {
  const former = journal
  journal = noting
  try {
    return body()
  } finally {
    journal = former
  }
}

/** Says that `changed` is about to be changed: `remember` looks at how it is and gives what makes it so again. */
export function undoable(changed: object, remember: () => () => void): void {
  journal?.note(changed, remember)
}
