/** What every refusal of this library is: its message names the op, what it got and what it wanted. */
export class UnrollError extends Error {
  override name = 'UnrollError'
}

/** Throws an `UnrollError` that says `op: problem`. */
export function fail(op: string, problem: string): never {
  throw new UnrollError(`${op}: ${problem}`)
}
