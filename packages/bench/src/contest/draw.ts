/**
 * The symbol that softmax(logits) gives for a number u from 0 to 1: the first at which the probabilities,
 * added up, exceed u. So all who are given the same u draw the same symbol.
 */
export function draw(logits: ArrayLike<number>, u: number): number {
  const last = logits.length - 1
  let greatest = Number.NEGATIVE_INFINITY
  for (let i = 0; i <= last; i++) if (logits[i] > greatest) greatest = logits[i]
  let total = 0
  for (let i = 0; i <= last; i++) total += Math.exp(logits[i] - greatest)
  let rest = u * total
  for (let i = 0; i < last; i++) {
    rest -= Math.exp(logits[i] - greatest)
    if (rest < 0) return i
  }
  return last
}
