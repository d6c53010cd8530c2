/** For messages: what a value is that should have been something else. */
export function kindOf(x: unknown): string {
  if (x === null || x === undefined || typeof x === 'number') return `${x}`
  if (Array.isArray(x)) return 'an array'
  return typeof x === 'object' ? (x.constructor?.name ?? 'an object') : typeof x
}
