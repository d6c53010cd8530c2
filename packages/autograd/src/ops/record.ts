import { full, isFloat, Tensor, tracer } from '@unroll/tensor'
import { anomaly } from '../anomaly.js'
import { isRecording } from '../mode.js'
import { type Edge, type Kept, type Meta, metaOf, type Pull, TapeEntry } from '../tape.js'
import { type Operand, Variable } from '../variable.js'
import type { Context, Name, Rule } from './rule.js'
import { fitTo } from './unbroadcast.js'

/**
 * Puts an op on the tape, when it is recording and a gradient can flow: the general form, for any
 * number of inputs and outputs.
 */
export function record(
  op: string,
  values: readonly Tensor[],
  inputs: readonly Variable[],
  pull: Pull,
): Variable[] {
  anomaly?.checkResults(op, values, numbered(inputs))
  if (!isRecording() || !anyFlows(inputs)) return values.map((value) => new Variable(value))
  const entry = new TapeEntry(
    op,
    inputs.map((x) => x.edge),
    values.map(metaOf),
  )
  entry.keep([], pull)
  return values.map((value, output) => new Variable(value, { entry, output }))
}

/** Inputs that have no names of their own. */
export function numbered(inputs: readonly Variable[]): [name: string, x: Variable][] {
  return inputs.map((x, k) => [`input ${k}`, x])
}

/** Tensors that rules use besides the operands, such as an index: kept on the tape like what a rule needs. */
export type Constants = Readonly<Record<string, Tensor | number>>

/**
 * The result `value` of an op whose operands go by `names`, put on the tape with a rule for each
 * operand: of the values, only those are kept that a rule needs whose operand takes a gradient.
 */
export function apply(
  op: string,
  names: readonly Name[],
  operands: readonly Operand[],
  value: Tensor,
  rules: readonly Rule[],
  constants?: Constants,
): Variable {
  anomaly?.checkResults(
    op,
    [value],
    [...operands.map((x, i) => [names[i], x] as const), ...Object.entries(constants ?? {})],
  )
  if (!isRecording() || !anyFlows(operands) || !isFloat(value.dtype)) return new Variable(value)
  const edges = operands.map((x): Edge | undefined => (x instanceof Variable ? x.edge : undefined))
  const entry = new TapeEntry(op, edges, [metaOf(value)])
  const y = new Variable(value, { entry, output: 0 })

  const metas = operands.map((x) =>
    typeof x === 'number' ? scalarOf(value) : metaOf(x instanceof Variable ? x.value : x),
  )
  const context: Record<string, Meta | Variable> = { y: entry.outputs[0] }
  names.forEach((name, i) => {
    context[name] = metas[i]
  })
  const kept: Kept[] = []
  for (const name in constants) {
    const constant = constants[name]
    if (constant instanceof Tensor) kept.push(keep(name, new Variable(constant)))
  }
  rules.forEach(({ needs }, i) => {
    if (!edges[i]) return
    for (const name of needs) {
      if (context[name] instanceof Variable) continue // another rule needs it too
      const variable = name === 'y' ? y : constantLike(operands[names.indexOf(name)], value)
      context[name] = variable
      kept.push(keep(name, variable))
    }
  })
  entry.keep(kept, pullBy(rules, edges, metas, context as Context<Name>))
  return y
}

/** Outside `apply`, so that the closure holds on to nothing but these: the operands must be free to go. */
function pullBy(
  rules: readonly Rule[],
  edges: readonly (Edge | undefined)[],
  metas: readonly Meta[],
  context: Context<Name>,
): Pull {
  return ([dy]) => rules.map(({ vjp }, i) => (dy && edges[i] ? fitTo(vjp(dy, context), metas[i]) : undefined))
}

/** A value that a gradient needs, as it is now. */
export function keep(name: string, variable: Variable): Kept {
  return { name, variable, version: variable.value.storage.version }
}

/** Does a gradient flow to one of them? A step that is compiled goes by that. */
export function anyFlows(operands: readonly Operand[]): boolean {
  const traced = tracer()
  if (traced)
    for (const x of operands)
      if (x instanceof Variable && x.isLeaf && !x.device) traced.goesBy(x, () => x.requiresGrad)
  return operands.some((x) => x instanceof Variable && x.edge !== undefined)
}

function scalarOf({ dtype }: Tensor): Meta {
  return { shape: [], dtype }
}

/** An operand as a variable; a plain number as a scalar of the result's dtype. */
function constantLike(x: Operand, { dtype }: Tensor): Variable {
  if (x instanceof Variable) return x
  return new Variable(typeof x === 'number' ? full([], x, { dtype }) : x)
}
