import type { Variable } from '@unroll/autograd'
import { fail, kindOf } from '@unroll/tensor'
import { Module } from './module.js'

/** A module that takes one variable and gives one. */
export type Layer<Input = Variable> = Module & { forward(x: Input): Variable }

/**
 * Modules one after another: each takes what the one before it gives. Keys are `0.weight`, `1.weight`, …
 *
 * What a recurrent layer gives is an output and a state, so it has no place in here: write a `Module`.
 */
export class Sequential<Input = Variable> extends Module {
  readonly layers: readonly Layer[]

  constructor(first: Layer<Input>, ...rest: Layer[]) {
    super()
    this.layers = [first as Layer, ...rest]
    for (const [i, layer] of this.layers.entries())
      if (!(layer instanceof Module))
        fail('Sequential', `wants modules, got ${kindOf(layer)} at position ${i}`)
  }

  override *namedParameters(): IterableIterator<[string, Variable]> {
    for (const [i, layer] of this.layers.entries())
      for (const [key, parameter] of layer.namedParameters()) yield [`${i}.${key}`, parameter]
  }

  forward(x: Input): Variable {
    return this.layers.reduce((y, layer) => layer.forward(y), x as Variable)
  }
}
