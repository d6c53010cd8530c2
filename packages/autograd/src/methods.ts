import { type MethodsOf, type ops as tensorOps, withMethods } from '@unroll/tensor'
import { backward } from './backward.js'
import * as ops from './ops/index.js'
import { Variable as Plain } from './variable.js'

/** Every tensor op has its counterpart here: one forgotten does not compile. */
type Counterparts = { readonly [Name in keyof typeof tensorOps]: (...operands: never[]) => unknown }

// A list or a condition comes first in these, and not the variable that one would call them on.
const { concat, stack, where, ...rest } = ops satisfies Counterparts
const functions = { ...rest, backward }

/** Every op as a method, `add(a, b)` is `a.add(b)`; and `backward`. */
export type VariableMethods = MethodsOf<typeof functions>

/**
 * `Variable` with its methods. Everything that makes a variable out of nothing imports it from here,
 * so that a bundler which keeps a variable keeps its methods.
 */
export const Variable = withMethods(Plain, functions)
export type Variable = Plain
