import * as equality from './ops/close.js'
import * as ops from './ops/index.js'
import { Tensor as Plain } from './tensor.js'

const table = { ...ops, ...equality }

/** Ops whose first operand is not the tensor that one would call them on. */
const notMethods = ['concat', 'stack', 'where'] as const

type Ops = Omit<typeof table, (typeof notMethods)[number]>

type Method<F> = F extends (x: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never

/** Every op as a method: `add(a, b)` is `a.add(b)`. */
export type TensorMethods = { [Name in keyof Ops]: Method<Ops[Name]> }

/**
 * `Tensor` with its methods. Everything that makes a tensor out of nothing imports it from here, so
 * that a bundler which keeps a tensor keeps its methods.
 */
export const Tensor = withMethods(Plain)
export type Tensor = Plain

function withMethods(tensor: typeof Plain): typeof Plain {
  for (const [name, op] of Object.entries(table)) {
    if ((notMethods as readonly string[]).includes(name)) continue
    const method = function (this: Plain, ...rest: unknown[]) {
      return (op as (...operands: unknown[]) => unknown)(this, ...rest)
    }
    Object.defineProperty(tensor.prototype, name, { value: method, configurable: true, writable: true })
  }
  return tensor
}
