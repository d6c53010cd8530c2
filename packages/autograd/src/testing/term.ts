import { Tensor } from '@unroll/tensor'
import * as ops from '../ops/index.js'
import type * as constant from '../ops/no-gradient.js'
import type { Variable } from '../variable.js'

/** The ops that have a gradient. */
export type Differentiable = Exclude<keyof typeof ops, keyof typeof constant>

/** An op applied to earlier values, to further terms, and to constants. */
export class Term {
  constructor(
    readonly op: Differentiable,
    readonly args: readonly Argument[],
    /** Which of its results, of an op that has several; all of them when left out. */
    readonly part?: number,
  ) {}
}

/** One of the leaves, or the result of an earlier step: they are numbered together. */
export class Ref {
  constructor(readonly index: number) {}
}

export type Argument =
  | Term
  | Ref
  | Tensor
  | number
  | string
  | null
  | undefined
  | readonly Argument[]
  | { readonly [option: string]: number | boolean }

/** The result of a term, given the values before it. */
export function evaluate(term: Term, values: readonly Variable[]): Variable {
  return resolve(term, values) as Variable
}

/** A term as one would write it, given the names of the values before it. */
export function print(argument: Argument, names: readonly string[]): string {
  if (argument instanceof Ref) return names[argument.index]
  if (argument instanceof Term) {
    const { op, args, part } = argument
    return `${op}(${args.map((x) => print(x, names)).join(', ')})${part === undefined ? '' : `[${part}]`}`
  }
  if (argument instanceof Tensor)
    return `tensor(${JSON.stringify(argument.toArray())}, { dtype: '${argument.dtype}' })`
  if (Array.isArray(argument)) return `[${argument.map((x) => print(x, names)).join(', ')}]`
  if (typeof argument === 'object' && argument !== null)
    return `{ ${Object.entries(argument)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ')} }`
  return typeof argument === 'string' ? `'${argument}'` : String(argument)
}

/** The numbers of the values that a term uses. */
export function uses(argument: Argument): number[] {
  if (argument instanceof Ref) return [argument.index]
  if (argument instanceof Term) return argument.args.flatMap(uses)
  return Array.isArray(argument) ? argument.flatMap(uses) : []
}

function resolve(argument: Argument, values: readonly Variable[]): unknown {
  if (argument instanceof Ref) return values[argument.index]
  if (Array.isArray(argument)) return argument.map((x) => resolve(x, values))
  if (!(argument instanceof Term)) return argument
  const { op, args, part } = argument
  const result = table[op](...args.map((x) => resolve(x, values)))
  return part === undefined ? result : (result as Variable[])[part]
}

/** The ops, without the types of their operands. */
const table = ops as unknown as Readonly<Record<Differentiable, (...operands: unknown[]) => unknown>>
