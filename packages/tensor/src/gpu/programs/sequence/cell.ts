/**
 * One step of one hidden unit, forward and back, as text: all that makes one recurrent network another. The loop over
 * the steps, the matrix products and the weights are the business of `overSequence`.
 *
 * A step sees the input as `wx` = W x + b and the state before it as `uh` = U h + d, each a value for each gate. The
 * lists are the names that values have in the texts: those that come in stand there already, those that go out are
 * defined there (or are numbers).
 */
export interface SequenceCell {
  readonly name: string

  /** A value for each gate. */
  readonly wx: readonly string[]
  readonly uh: readonly string[]
  /** A value for each part of the state, that of h first. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** What the step back needs to know of the step forward: the slopes that it multiplies by. */
  readonly kept: readonly string[]
  /** Does the state after the step tell what is kept? Else the gates do, which are worked out anew. */
  readonly keptOfState: boolean

  /** The state after the step, from what it sees. */
  readonly forward: string
  /** What is kept, from all that is defined in the step forward. */
  readonly keep: string

  readonly dAfter: readonly string[]
  readonly dWx: readonly string[]
  readonly dUh: readonly string[]
  readonly dBefore: readonly string[]

  /**
   * The chain rule for that step: from dL/d(state after), dL/d(wx), dL/d(uh) and that part of dL/d(state before)
   * which does not come by way of `uh`. A few products, worked out anew wherever they are needed.
   */
  readonly backward: string
}
