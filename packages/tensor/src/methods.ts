import { type MethodsOf, withMethods } from './chaining.js'
import * as equality from './ops/close.js'
import * as ops from './ops/index.js'
import { Tensor as Plain } from './tensor.js'

// A list or a condition comes first in these, and not the tensor that one would call them on.
const { concat, stack, where, ...rest } = ops
const functions = { ...rest, ...equality }

/** Every op as a method: `add(a, b)` is `a.add(b)`. */
export type TensorMethods = MethodsOf<typeof functions>

/**
 * `Tensor` with its methods. Everything that makes a tensor out of nothing imports it from here, so
 * that a bundler which keeps a tensor keeps its methods.
 */
export const Tensor = withMethods(Plain, functions)
export type Tensor = Plain
