/** What every refusal of this library is: its message names the op, what it got and what it wanted. */
export class UnrollError extends Error {
  override name = 'UnrollError'
}

/** Throws an `UnrollError` that says `op: problem`. */
export function fail(op: string, problem: string): never {
  throw new UnrollError(`${op}: ${problem}`)
}

/** For messages: what a value is that should have been something else. */
export function kindOf(x: unknown): string {
  if (x === null || x === undefined || typeof x === 'number') return String(x)
  if (Array.isArray(x)) return 'an array'
  return typeof x === 'object' ? (x.constructor?.name ?? 'an object') : typeof x
}
