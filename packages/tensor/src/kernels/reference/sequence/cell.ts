/** A value for each of the H hidden units. */
export type Vector = Float64Array

/**
 * One step of one sequence, forward and back: all that makes one recurrent network another. The loop over
 * the steps, the matrix products and the weights are the business of `overSequence`.
 *
 * A step sees the input as `wx` = W x + b and the state before it as `uh` = U h + d, each a vector for each
 * gate. Vectors that are results are written to.
 */
export interface SequenceCell {
  /** How many vectors `wx` and `uh` are. */
  readonly gates: number
  /** How many vectors `kept` is: what the step back needs to know of the step forward. */
  readonly keeps: number

  /** The state after the step, from what it sees. */
  forward(
    wx: readonly Vector[],
    uh: readonly Vector[],
    before: readonly Vector[],
    after: readonly Vector[],
    kept: readonly Vector[],
  ): void

  /**
   * The chain rule for that step: from dL/d(state after), dL/d(wx), dL/d(uh) and that part of dL/d(state before)
   * which does not come by way of `uh`.
   */
  backward(
    before: readonly Vector[],
    kept: readonly Vector[],
    dAfter: readonly Vector[],
    dWx: readonly Vector[],
    dUh: readonly Vector[],
    dBefore: readonly Vector[],
  ): void
}
