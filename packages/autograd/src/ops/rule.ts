import type { Meta } from '../tape.js'
import type { Variable } from '../variable.js'

/** The names that an op's rules call things by: one operand is x, two are a and b; the result is y. */
export type Name = 'x' | 'a' | 'b' | 'y'

/** What a rule is given: of everything its shape and dtype, and of what it needs the value. */
export type Context<Needed extends Name> = Readonly<Record<Name, Meta>> & Readonly<Record<Needed, Variable>>

/** How a gradient passes from the result to one operand, and what values that takes. */
export interface Rule {
  readonly needs: readonly Name[]
  readonly vjp: (dy: Variable, context: Context<Name>) => Variable
}

/**
 * A rule: dx from dy, by differentiable ops, so that it can be differentiated in turn. Only the values
 * that it `needs` are kept on the tape. A gradient that is larger than its operand, because
 * that was broadcast, is summed to the operand's shape afterwards.
 */
export function rule<Needed extends Name>(
  needs: readonly Needed[],
  vjp: (dy: Variable, context: Context<Needed>) => Variable,
): Rule {
  return { needs, vjp: vjp as Rule['vjp'] }
}
