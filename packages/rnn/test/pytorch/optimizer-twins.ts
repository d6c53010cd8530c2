import {
  Adagrad,
  Adam,
  AdamW,
  loadSafetensors,
  mse,
  type Optimizer,
  RMSprop,
  SGD,
  saveSafetensors,
} from '@unroll/rnn'
import { type DType, Random, readSafetensors, type Tensor, writeSafetensors } from '@unroll/tensor'
import { Forecaster } from './models.js'
import { nameOf, pythonic } from './twin.js'

/** Training that stops, and goes on on the other side: two groups, of the network and of its head. */
export class TrainingTwin {
  readonly inputs: { readonly x: Tensor; readonly y: Tensor }

  constructor(
    readonly optimizer: keyof typeof optimizers,
    readonly options: readonly [object, object],
    readonly dtype: DType,
    readonly before = 4,
    readonly after = 3,
  ) {
    const rng = new Random(5)
    const draw = (...shape: number[]) => rng.normal(shape, 0, 1, { dtype })
    this.inputs = { x: draw(3, 4, 2), y: draw(3, 4, 1) }
  }

  get name(): string {
    return nameOf(this.optimizer, { ...this.options[0], dtype: this.dtype })
  }

  start(): Run {
    const { dtype, options, optimizer } = this
    const model = new Forecaster(2, 3, { rng: new Random(6), dtype })
    const groups = [model.rnn, model.head].map((part, i) => ({
      parameters: part.parameters(),
      ...options[i],
    }))
    return new Run(model, optimizers[optimizer](groups), this.inputs)
  }

  /** For pytorch.py. */
  get job(): object {
    const groups = this.start().optimizer.groups.map(({ parameters: _, ...options }) => pythonic(options))
    const { optimizer, dtype, before, after } = this
    return { module: 'Forecaster', args: { features: 2, hidden: 3 }, optimizer, dtype, groups, before, after }
  }
}

export class Run {
  constructor(
    readonly model: Forecaster,
    readonly optimizer: Optimizer<object>,
    readonly inputs: TrainingTwin['inputs'],
  ) {}

  train(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.optimizer.zeroGrad()
      mse(this.model.forward(this.inputs.x), this.inputs.y).backward()
      this.optimizer.step()
    }
  }

  get files(): [model: Uint8Array, optimizer: Uint8Array] {
    return [saveSafetensors(this.model), writeSafetensors(this.optimizer.stateDict())]
  }

  goOnFrom(model: Uint8Array, optimizer: Uint8Array): void {
    loadSafetensors(this.model, model)
    this.optimizer.loadStateDict(readSafetensors(optimizer).tensors)
  }
}

type Groups = ConstructorParameters<typeof Adam>[0] & ConstructorParameters<typeof SGD>[0]

/** Each with groups that say all that is to differ. */
const optimizers = {
  SGD: (groups: unknown) => new SGD(groups as Groups, { lr: 1 }),
  Adam: (groups: unknown) => new Adam(groups as Groups),
  AdamW: (groups: unknown) => new AdamW(groups as Groups),
  RMSprop: (groups: unknown) => new RMSprop(groups as Groups),
  Adagrad: (groups: unknown) => new Adagrad(groups as Groups),
}

export const trainingTwins: readonly TrainingTwin[] = (['float32', 'float64'] as const).flatMap((dtype) => [
  new TrainingTwin('SGD', [{ lr: 0.05, momentum: 0.9 }, { lr: 0.1 }], dtype),
  new TrainingTwin(
    'SGD',
    [
      { lr: 0.05, momentum: 0.8, nesterov: true, weightDecay: 0.1 },
      { lr: 0.02, momentum: 0.5, dampening: 0.3 },
    ],
    dtype,
  ),
  new TrainingTwin('Adam', [{ lr: 0.01 }, { lr: 0.03, weightDecay: 0.1 }], dtype),
  new TrainingTwin('Adam', [{ lr: 0.02, amsgrad: true, betas: [0.7, 0.95] }, { eps: 1e-4 }], dtype),
  new TrainingTwin('AdamW', [{ lr: 0.01 }, { lr: 0.02, weightDecay: 0.3 }], dtype),
  new TrainingTwin('RMSprop', [{ lr: 0.01, momentum: 0.9, centered: true }, { alpha: 0.5 }], dtype),
  new TrainingTwin(
    'Adagrad',
    [
      { lr: 0.1, lrDecay: 0.1 },
      { lr: 0.05, weightDecay: 0.2 },
    ],
    dtype,
  ),
])
