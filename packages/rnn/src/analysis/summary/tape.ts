import { bytesKept, reachable, Variable } from '@unroll/autograd'
import type { Watched } from './watch.js'

/** The variables in a result: itself, or those in its lists and objects. */
export function variablesIn(result: unknown): Variable[] {
  if (result instanceof Variable) return [result]
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return []
  const prototype = Object.getPrototypeOf(result)
  if (!Array.isArray(result) && prototype !== Object.prototype && prototype !== null) return []
  return Object.values(result).flatMap(variablesIn)
}

/**
 * How much of what the tape keeps for some results was kept in each module: in it, and not in a module within. What several
 * entries keep is counted at the first, and parameters not at all, as in `tapeRows`.
 */
export function bytesBetween(results: readonly Variable[], calls: readonly Watched[]): number[] {
  const entries = reachable(results.flatMap(({ edge }) => edge ?? []))
  const counted = new Set<unknown>(entries.flatMap(({ leaf }) => (leaf ? [leaf.value.storage] : [])))
  const kept = calls.map(() => 0)
  for (const entry of entries) kept[innermost(calls, entry.number)] += bytesKept(entry, counted)
  return kept
}

/** The module in whose shortest call an entry was recorded; what was before all calls is the model's. */
function innermost(calls: readonly Watched[], number: number): number {
  let [best, shortest] = [0, Number.POSITIVE_INFINITY]
  calls.forEach(({ spans }, i) => {
    for (const [begin, end] of spans)
      if (begin <= number && number < end && end - begin < shortest) [best, shortest] = [i, end - begin]
  })
  return best
}
