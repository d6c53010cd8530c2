/** What a `console.log` in an example is said to print. */
export interface Expectation {
  readonly line: number
  /** Lines of text, in which `…` stands for anything. */
  readonly printed: string
}

/**
 * The comments of the form `// → text` in a program: what is printed by the `console.log` on the
 * same line, or else by the last one above. The lines of a longer text stand below each other.
 */
export function expectationsOf(code: string, firstLine: number): Expectation[] {
  const printed = new Map<number, string[]>()
  let log: number | undefined
  for (const [i, text] of code.split('\n').entries()) {
    const line = firstLine + i
    if (text.includes('console.log(')) log = line
    const [, comment] = /\/\/ → ?(.*)$/.exec(text) ?? []
    if (comment === undefined) continue
    if (log === undefined) throw new Error(`line ${line}: no console.log above this comment`)
    printed.set(log, [...(printed.get(log) ?? []), comment])
  }
  return [...printed].map(([line, texts]) => ({ line, printed: texts.join('\n') }))
}

/** The expected text as a pattern. */
export function patternOf(printed: string): RegExp {
  const literals = printed.split('…').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`)
}
