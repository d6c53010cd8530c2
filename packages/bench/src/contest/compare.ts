import type { Matrix } from '../workloads/data.js'

// Numbers by which a result without a loss of its own is compared with those of others.

/** The mean cross-entropy of logits `[B, T, V]`, in rows, for the symbols `[B, T]` that should come out. */
export function crossEntropyOf(logits: ArrayLike<number>, { data: targets }: Matrix): number {
  const V = logits.length / targets.length
  let total = 0
  for (let row = 0; row < targets.length; row++) {
    let sum = 0
    for (let v = 0; v < V; v++) sum += Math.exp(logits[row * V + v])
    total += Math.log(sum) - logits[row * V + targets[row]]
  }
  return total / targets.length
}

/** The mean of the squares. */
export function meanSquare(values: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i] * values[i]
  return total / values.length
}

/** Symbols as one number: the mean of them, each weighted by where it stands, so that their order counts. */
export function meanSymbol(symbols: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < symbols.length; i++) total += symbols[i] * (1 + i / symbols.length)
  return total / symbols.length
}
