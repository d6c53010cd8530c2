import { type NestedArray, Tensor, type TensorOptions, type TypedArray, tensor } from '@unroll/tensor'
import { Variable } from './methods.js'

export interface VariableOptions extends TensorOptions {
  /** Take gradients with respect to it? Default: false. */
  requiresGrad?: boolean
  /** For messages and tables. */
  name?: string
}

/**
 * A leaf with the values of a tensor (shared with it, unless `dtype` says another), of nested arrays or of
 * a typed array (copied).
 * @throws UnrollError when a gradient is wanted of ints.
 */
export function variable(values: Tensor | NestedArray | TypedArray, options: VariableOptions = {}): Variable {
  const { requiresGrad = false, name, ...rest } = options
  const leaf = new Variable(values instanceof Tensor ? fit(values, rest) : tensor(values, rest))
  leaf.name = name
  leaf.requiresGrad = requiresGrad
  return leaf
}

/** A leaf that requires a gradient: what is trained. */
export function parameter(
  values: Tensor | NestedArray | TypedArray,
  options: Omit<VariableOptions, 'requiresGrad'> = {},
): Variable {
  return variable(values, { ...options, requiresGrad: true })
}

/** The tensor itself, where it is as wanted. */
function fit(x: Tensor, { dtype = x.dtype, shape }: TensorOptions): Tensor {
  const converted = x.cast(dtype)
  return shape ? converted.reshape(shape) : converted
}
