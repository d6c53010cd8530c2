/**
 * Where the `count` largest scores are, from the largest down; of those that are level, the first comes first. Scores of
 * −Infinity are passed over.
 */
export function indicesOfLargest(scores: ArrayLike<number>, count: number): number[] {
  const best: number[] = []
  let bound = Number.NEGATIVE_INFINITY
  for (let i = 0; i < scores.length; i++) {
    // Few of the many get past here, so that a sorted list will do.
    if (!(scores[i] > bound)) continue
    if (best.length === count) best.pop()
    best.splice(placeOf(scores[i], scores, best), 0, i)
    if (best.length === count) bound = scores[best[count - 1]]
  }
  return best
}

/** Where a score belongs: behind all that are at least as large. */
function placeOf(score: number, scores: ArrayLike<number>, sorted: readonly number[]): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (scores[sorted[middle]] >= score) low = middle + 1
    else high = middle
  }
  return low
}
