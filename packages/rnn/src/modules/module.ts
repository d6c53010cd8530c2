import { Variable } from '@unroll/autograd'
import { copy, type Kernels, Tensor, tracer } from '@unroll/tensor'
import { isThere, moveToDevice, readToHost } from '../state/device.js'
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
  /** An ordinary field, so that what is derived from a module (`Object.create`) is in the same mode. */
  private inTraining = true

  /** True while training: dropout drops. Set by `train` and `eval`. */
  get training(): boolean {
    tracer()?.goesBy(this, () => this.inTraining)
    return this.inTraining
  }

  set training(on: boolean) {
    this.inTraining = on
  }

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

  /** The tensors that it holds besides its parameters, and that go with it to a device. Default: those in its fields. */
  *buffers(): IterableIterator<Tensor> {
    for (const [, field] of namedFields(this, isTensor)) yield field
  }

  /**
   * Brings parameters (with their gradients) and buffers to a device, such as `await gpuKernels(GPU)` gives. In place: the
   * parameters stay the same variables, and what an optimiser remembers of them follows with its next step.
   * @throws UnrollError when one is of float64 or on another device, or the kernels have no memory of their own; nothing is
   * then moved.
   */
  to(device: Kernels): this {
    moveToDevice(this.#stored(), device)
    return this
  }

  /**
   * Brings them back to the host. Until that is done, no step may be taken.
   *
   *     await model.toHost()
   *     await optimizer.toHost()
   */
  async toHost(): Promise<this> {
    await readToHost([...this.#stored()].map(([, { storage }]) => storage))
    return this
  }

  /** A copy of the values of all parameters, under PyTorch's keys; where the parameters are: see `fetchState`. */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries([...this.namedParameters()].map(([key, { value }]) => [key, copy(value)]))
  }

  /**
   * Sets the parameters to the values of a `stateDict`; all or none of them. Values on the host go to where the parameters are.
   * @throws UnrollError that lists every key that is missing, unexpected or of another shape. With
   * `strict: false`, missing and unexpected ones are let pass and reported.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: LoadOptions = {}): LoadReport {
    return assignState(this.constructor.name, this.namedParameters(), state, options)
  }

  /** All tensors that there are, with names for messages. */
  *#stored(): IterableIterator<[name: string, x: Tensor]> {
    for (const [key, { value, grad }] of this.namedParameters()) {
      yield [key, value]
      if (grad && isThere(grad.value)) yield [`the gradient of ${key}`, grad.value]
    }
    for (const module of this.modules())
      for (const buffer of module.buffers()) yield [`a buffer of ${module.constructor.name}`, buffer]
  }
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor
}

function isPart(value: unknown): value is Variable | Module {
  return value instanceof Variable || value instanceof Module
}
