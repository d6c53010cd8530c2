import { Variable } from '@unroll/autograd'
import { copy, type Tensor } from '@unroll/tensor'
import { assignState, type LoadOptions, type LoadReport } from '../state/load-state.js'
import { namedFields } from './named-fields.js'

/**
 * A part of a model: plain data. Its parameters are the variables in its fields, and in those of the
 * modules in its fields (and of arrays and plain objects of them); there is nothing to register.
 *
 * A field in camelCase has a key in snake_case, as PyTorch writes it: the weight of a field
 * `charEmbedding` is `char_embedding.weight`. `#private` fields cannot be seen, so parameters do not
 * belong in them; a variable that is no parameter, such as an output kept for later, does.
 */
export abstract class Module {
  /** True while training: dropout drops. Set by `train` and `eval`. */
  training = true;

  /** The parameters of this module and of those within, by key, in the order of the fields. */
  *namedParameters(): IterableIterator<[key: string, parameter: Variable]> {
    for (const [name, field] of namedFields(this, isPart)) {
      if (field instanceof Module) {
        for (const [key, parameter] of field.namedParameters()) yield [`${name}.${key}`, parameter]
      } else {
        yield [name, field]
      }
    }
  }

  /** The parameters, each once however often it is used. */
  parameters(): Variable[] {
    return [...new Set([...this.namedParameters()].map(([, parameter]) => parameter))]
  }

  /** This module and all within. */
  *modules(): IterableIterator<Module> {
    yield this
    for (const [, field] of namedFields(this, isPart)) if (field instanceof Module) yield* field.modules()
  }

  /** Training mode for this module and all within (`train(false)` is `eval()`). */
  train(on = true): this {
    for (const module of this.modules()) module.training = on
    return this
  }

  /** Evaluation mode: dropout lets everything through. */
  eval(): this {
    return this.train(false)
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad()
  }

  /** A copy of the values of all parameters, under PyTorch's keys. */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries([...this.namedParameters()].map(([key, { value }]) => [key, copy(value)]))
  }

  /**
   * Sets the parameters to the values of a `stateDict`; all or none of them.
   * @throws UnrollError that lists every key that is missing, unexpected or of another shape. With
   * `strict: false`, missing and unexpected ones are let pass and reported.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: LoadOptions = {}): LoadReport {
    return assignState(this.constructor.name, this.namedParameters(), state, options)
  }
}

function isPart(value: unknown): value is Variable | Module {
  return value instanceof Variable || value instanceof Module
}
