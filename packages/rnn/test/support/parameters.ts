import { concat, reshape, split, Variable } from '@unroll/autograd'
import type { Module } from '@unroll/rnn'
import { type Shape, sizeOf, type Tensor } from '@unroll/tensor'

/**
 * Puts variables in the place of a module's parameters, so that it becomes a function of them.
 * They come in the order of `parameters()`.
 */
export function substitute(module: Module, replacements: readonly Variable[]): void {
  const byParameter = new Map(module.parameters().map((p, i) => [p, replacements[i]]))
  for (const part of module.modules())
    for (const [field, value] of Object.entries(part))
      if (value instanceof Variable && byParameter.has(value))
        Object.assign(part, { [field]: byParameter.get(value) })
  if (!module.parameters().every((p, i) => p === replacements[i]))
    throw new Error('not every one was replaced')
}

/**
 * A function of several variables, and of the parameters of a module, as a function of the one vector that
 * holds them all: its gradient is that by everything at once, its second one has all the mixed terms.
 */
export function packedFunction(
  module: Module,
  shapes: readonly Shape[],
  f: (...inputs: Variable[]) => readonly Variable[],
): (vector: Variable) => Variable {
  const all = [...shapes, ...module.parameters().map(({ shape }) => shape)]
  return (vector) => {
    const parts = split(vector, all.map(sizeOf)).map((part, i) => reshape(part, all[i]))
    substitute(module, parts.slice(shapes.length))
    return concat(f(...parts.slice(0, shapes.length)).map((y) => reshape(y, [y.size])))
  }
}

/** Where to take the gradient: the values of the inputs and those of the module's parameters, in one vector. */
export function packedPoint(module: Module, inputs: readonly Tensor[]): Tensor {
  return concat([...inputs, ...module.parameters()].map((x) => x.flatten())).value
}
