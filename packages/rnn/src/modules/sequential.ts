import type { Variable } from '@unroll/autograd'
import { Module } from './module.js'

/** A module that takes one variable and gives one. */
export type Layer<Input = Variable> = Module & { forward(x: Input): Variable }

/**
 * Modules one after another: each takes what the one before it gives. Keys are `0.weight`, `1.weight`, …
 */
export class Sequential<Input = Variable> extends Module {
  readonly layers: readonly Layer[]

  constructor(first: Layer<Input>, ...rest: Layer[]) {
    super()
    this.layers = [first as unknown as Layer, ...rest]
  }

  override *namedParameters(): IterableIterator<[string, Variable]> {
    for (const [i, layer] of this.layers.entries())
      for (const [key, parameter] of layer.namedParameters()) yield [`${i}.${key}`, parameter]
  }

  forward(x: Input): Variable {
    return this.layers.reduce((y, layer) => layer.forward(y), x as Variable)
  }
}
