import type { Variable } from '@unroll/autograd'
import type { Watched } from './watch.js'

/**
 * How many elements of parameters each module has to itself: a parameter is counted at the innermost module that was run, and
 * of several of these at the first.
 */
export function parametersByModule(calls: readonly Watched[]): number[] {
  const owners = new Map<Variable, Watched>()
  for (const watched of calls)
    for (const parameter of watched.module.parameters()) {
      const owner = owners.get(parameter)
      if (!owner || [...owner.module.modules()].includes(watched.module)) owners.set(parameter, watched)
    }
  return calls.map((watched) =>
    [...owners].reduce((sum, [{ size }, owner]) => sum + (owner === watched ? size : 0), 0),
  )
}
