import type { ops as tensorOps } from '@unroll/tensor'
import { backward } from './backward.js'
import * as ops from './ops/index.js'
import { Variable as Plain } from './variable.js'

/** Ops whose first operand is not the variable that one would call them on. */
const notMethods = ['concat', 'stack', 'where'] as const

/** Every tensor op has its counterpart here: one forgotten does not compile. */
type Counterparts = { readonly [Name in keyof typeof tensorOps]: (...operands: never[]) => unknown }

const table = { ...(ops satisfies Counterparts), backward }

type Functions = Omit<typeof table, (typeof notMethods)[number]>

type Method<F> = F extends (x: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never

/** Every op as a method, `add(a, b)` is `a.add(b)`; and `backward`. */
export type VariableMethods = { [Name in keyof Functions]: Method<Functions[Name]> }

/**
 * `Variable` with its methods. Everything that makes a variable out of nothing imports it from here,
 * so that a bundler which keeps a variable keeps its methods.
 */
export const Variable = withMethods(Plain)
export type Variable = Plain

function withMethods(variable: typeof Plain): typeof Plain {
  for (const [name, op] of Object.entries(table)) {
    if ((notMethods as readonly string[]).includes(name)) continue
    const method = function (this: Plain, ...rest: unknown[]) {
      return (op as (...operands: unknown[]) => unknown)(this, ...rest)
    }
    Object.defineProperty(variable.prototype, name, { value: method, configurable: true, writable: true })
  }
  return variable
}
