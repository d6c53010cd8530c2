import type { Tensor } from '@unroll/tensor'

/** Every path through log-probabilities `[T, C]`, a class at each step, and its probability. */
export function pathsOf(logProbs: Tensor): { path: number[]; p: number }[] {
  const [T, C] = logProbs.shape
  let paths: { path: number[]; p: number }[] = [{ path: [], p: 1 }]
  for (let t = 0; t < T; t++)
    paths = paths.flatMap(({ path, p }) =>
      Array.from({ length: C }, (_, k) => ({ path: [...path, k], p: p * Math.exp(logProbs.get(t, k)) })),
    )
  return paths
}

/** The labels that a path stands for: repeats merged, then blanks dropped. */
export function collapsed(path: readonly number[], blank: number): number[] {
  return path.filter((k, t) => k !== blank && k !== path[t - 1])
}
