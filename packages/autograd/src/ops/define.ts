import { fail, full, isFloat, reshape, type Shape, sameShape, sum, Tensor } from '@unroll/tensor'
import { isRecording } from '../mode.js'
import { type Edge, type Kept, type Meta, metaOf, type Pull, TapeEntry } from '../tape.js'
import { type Operand, Variable } from '../variable.js'
import { cast, expand } from './reshape.js'

/** The names that an op's rules call things by: one operand is x, two are a and b; the result is y. */
type Name = 'x' | 'a' | 'b' | 'y'

/** What a rule is given: of everything its shape and dtype, and of what it needs the value. */
type Context<Needed extends Name> = Readonly<Record<Name, Meta>> & Readonly<Record<Needed, Variable>>

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

/** An op of one operand, declared once: forward by tensors, and its rule. */
export function defineUnary(op: string, forward: (x: Tensor) => Tensor, dx: Rule): (x: Operand) => Variable {
  return (x) => unary(op, x, forward, dx)
}

/** An op of two operands, declared once: forward by tensors, and a rule for each. */
export function defineBinary(
  op: string,
  forward: (a: Tensor | number, b: Tensor | number) => Tensor,
  da: Rule,
  db: Rule,
): (a: Operand, b: Operand) => Variable {
  return (a, b) => binary(op, a, b, forward, da, db)
}

/** Tensors that rules use besides the operands, such as an index: kept on the tape like what a rule needs. */
type Constants = Readonly<Record<string, Tensor | number>>

/** Runs an op of one operand and records it. */
export function unary(
  op: string,
  x: Operand,
  forward: (x: Tensor) => Tensor,
  dx: Rule,
  constants?: Constants,
): Variable {
  const operand = toVariable(op, x)
  return apply(op, ['x'], [operand], forward(operand.value), [dx], constants)
}

/** Runs an op of two operands and records it. Plain numbers take the dtype of the other operand. */
export function binary(
  op: string,
  a: Operand,
  b: Operand,
  forward: (a: Tensor | number, b: Tensor | number) => Tensor,
  da: Rule,
  db: Rule,
  constants?: Constants,
): Variable {
  return apply(op, ['a', 'b'], [a, b], forward(valueOf(op, a), valueOf(op, b)), [da, db], constants)
}

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
  if (!isRecording() || !inputs.some((x) => x.edge)) return values.map((value) => new Variable(value))
  const entry = new TapeEntry(
    op,
    inputs.map((x) => x.edge),
    values.map(metaOf),
  )
  entry.keep([], pull)
  return values.map((value, output) => new Variable(value, { entry, output }))
}

/** A constant, or the variable itself. @throws UnrollError when it is neither a number nor a tensor. */
export function toVariable(op: string, x: Operand): Variable {
  if (x instanceof Variable) return x
  const value = valueOf(op, x)
  return new Variable(typeof value === 'number' ? full([], value) : value)
}

/** The value behind an operand, for the tensor op to use. */
export function valueOf(op: string, x: Operand): Tensor | number {
  if (x instanceof Variable) return x.value
  if (x instanceof Tensor || typeof x === 'number') return x
  fail(op, `wants a Variable, a Tensor or a number, got ${x === null ? 'null' : typeof x}`)
}

/** dx made to fit the operand that it belongs to: summed over what was broadcast, and of its dtype. */
export function fitTo(dx: Variable, { shape, dtype }: Meta): Variable {
  const summed = sameShape(dx.shape, shape) ? dx : unbroadcast(dx, shape)
  return summed.dtype === dtype ? summed : cast(summed, dtype)
}

/**
 * The opposite of broadcasting to a larger shape: what was repeated is summed.
 * Itself an op, whose gradient is that broadcast.
 */
export function unbroadcast(x: Variable, shape: Shape): Variable {
  const lead = x.rank - shape.length
  const repeated = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1))
  return unary(
    'unbroadcast',
    x,
    (v) => reshape(sum(v, repeated), shape),
    rule([], (dy, { x }) => expand(dy, x.shape)),
  )
}

function apply(
  op: string,
  names: readonly Name[],
  operands: readonly Operand[],
  value: Tensor,
  rules: readonly Rule[],
  constants: Constants = {},
): Variable {
  if (!isRecording() || !operands.some(flows) || !isFloat(value.dtype)) return new Variable(value)
  const edges = operands.map((x): Edge | undefined => (x instanceof Variable ? x.edge : undefined))
  const entry = new TapeEntry(op, edges, [metaOf(value)])
  const y = new Variable(value, { entry, output: 0 })

  const metas = operands.map((x) =>
    typeof x === 'number' ? scalarOf(value) : metaOf(x instanceof Variable ? x.value : x),
  )
  const context: Record<string, Meta> = { y: metaOf(value) }
  names.forEach((name, i) => {
    context[name] = metas[i]
  })
  const kept = Object.entries(constants).flatMap(([name, x]) =>
    x instanceof Tensor ? [keep(name, new Variable(x))] : [],
  )
  for (const name of new Set(rules.flatMap(({ needs }, i) => (edges[i] ? needs : [])))) {
    const variable = name === 'y' ? y : constantLike(operands[names.indexOf(name)], value)
    context[name] = variable
    kept.push(keep(name, variable))
  }
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

function keep(name: string, variable: Variable): Kept {
  return { name, variable, version: variable.value.storage.version }
}

function flows(x: Operand): boolean {
  return x instanceof Variable && x.edge !== undefined
}

function scalarOf({ dtype }: Tensor): Meta {
  return { shape: [], dtype }
}

/** An operand as a variable; a plain number as a scalar of the result's dtype. */
function constantLike(x: Operand, { dtype }: Tensor): Variable {
  if (x instanceof Variable) return x
  return new Variable(typeof x === 'number' ? full([], x, { dtype }) : x)
}
