import { parameter, type Variable, variable } from '@unroll/autograd'
import {
  Adam,
  type AdamOptions,
  AdamW,
  crossEntropy,
  Linear,
  LSTM,
  Module,
  type Optimizer,
  SGD,
  type SGDOptions,
} from '@unroll/rnn'
import { Random, readSafetensors, type Tensor, tensor, writeSafetensors } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'

const optimizers: readonly [string, (parameters: readonly Variable[]) => Optimizer][] = [
  ['SGD', (p) => new SGD(p, { lr: 0.1 })],
  ['SGD with momentum', (p) => new SGD(p, { lr: 0.05, momentum: 0.8 })],
  ['SGD with Nesterov’s momentum', (p) => new SGD(p, { lr: 0.05, momentum: 0.8, nesterov: true })],
  ['Adam', (p) => new Adam(p, { lr: 0.1 })],
  ['Adam with amsgrad', (p) => new Adam(p, { lr: 0.1, amsgrad: true })],
  ['AdamW', (p) => new AdamW(p, { lr: 0.1, weightDecay: 1e-6 })],
]

describe('follow their formulas', () => {
  const rate = fc.double({ min: 0.01, max: 0.9, noNaN: true })
  const orNone = (x: fc.Arbitrary<number>) => fc.oneof(fc.constant(0), x)
  const start = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 3 })

  test('SGD', () => {
    const options = fc
      .record({ lr: rate, momentum: orNone(rate), nesterov: fc.boolean(), weightDecay: orNone(rate) })
      .map((o): Required<SGDOptions> => ({ ...o, nesterov: o.nesterov && o.momentum > 0 }))
    check(
      fc.tuple(options, start, fc.nat()),
      (p, options) => new SGD(p, options),
      ({ lr, momentum, nesterov, weightDecay }) => {
        let v: number | undefined
        return (p, gradient) => {
          const g = gradient + weightDecay * p
          v = v === undefined ? g : momentum * v + g
          return p - lr * (nesterov ? g + momentum * v : v)
        }
      },
    )
  })

  const adamOptions = fc.record({
    lr: rate,
    betas: fc.tuple(rate, rate),
    eps: fc.constantFrom(1e-8, 1e-3),
    weightDecay: orNone(rate),
    amsgrad: fc.boolean(),
  })
  const adam =
    (decoupled: boolean) =>
    ({ lr, betas: [β1, β2], eps, weightDecay, amsgrad }: Required<AdamOptions>) => {
      let [t, m, v, largest] = [0, 0, 0, 0]
      return (p: number, gradient: number) => {
        const g = decoupled ? gradient : gradient + weightDecay * p
        t++
        m = β1 * m + (1 - β1) * g
        v = β2 * v + (1 - β2) * g * g
        largest = Math.max(largest, v)
        const [mean, square] = [m / (1 - β1 ** t), (amsgrad ? largest : v) / (1 - β2 ** t)]
        return p - (decoupled ? lr * weightDecay * p : 0) - (lr * mean) / (Math.sqrt(square) + eps)
      }
    }

  test('Adam', () =>
    check(fc.tuple(adamOptions, start, fc.nat()), (p, options) => new Adam(p, options), adam(false)))

  test('AdamW', () =>
    check(fc.tuple(adamOptions, start, fc.nat()), (p, options) => new AdamW(p, options), adam(true)))

  test('with PyTorch’s defaults', () => {
    const p = [parameter([1])]
    const { lr, betas, eps, weightDecay, amsgrad } = new Adam(p)
    expect({ lr, betas, eps, weightDecay, amsgrad }).toEqual({
      lr: 0.001,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
    })
    expect(new AdamW(p).weightDecay).toBe(0.01)
    expect(new SGD(p, { lr: 1 })).toMatchObject({ momentum: 0, nesterov: false, weightDecay: 0 })
  })

  /** Ten steps along random gradients, against a formula for each number by itself. */
  function check<Options>(
    drawn: fc.Arbitrary<[Options, number[], number]>,
    make: (parameters: Variable[], options: Options) => Optimizer,
    formula: (options: Options) => (p: number, gradient: number) => number,
  ): void {
    const property = fc.property(drawn, ([options, values, seed]) => {
      const p = parameter(tensor(values, { dtype: 'float64' }))
      const optimizer = make([p], options)
      const rng = new Random(seed)
      const steps = values.map(() => formula(options))
      let expected = values
      for (let step = 0; step < 10; step++) {
        const gradient = rng.normal([values.length], 0, 1, { dtype: 'float64' })
        p.grad = variable(gradient)
        optimizer.step()
        expected = expected.map((x, i) => steps[i](x, gradient.data[i]))
        expected.forEach((x, i) => void expect(p.data[i]).toBeCloseTo(x, 9))
      }
    })
    fc.assert(property, examples(60))
  }
})

describe.each(optimizers)('%s', (_, make) => {
  test('finds the bottom of a bowl', () => {
    const [curvature, bottom] = [tensor([1, 4]), tensor([3, -2])]
    const p = parameter([0, 0])
    const optimizer = make([p])
    for (let step = 0; step < 400; step++) {
      optimizer.zeroGrad()
      p.sub(bottom).square().mul(curvature).sum().backward()
      optimizer.step()
    }
    expect(p.toArray()).toEqual([expect.closeTo(3, 3), expect.closeTo(-2, 3)])
  })

  test('stopped, saved and resumed, goes on bit for bit', () => {
    const whole = new Trained(make)
    whole.train(10)

    const first = new Trained(make)
    first.train(4)
    const [model, optimizer] = [first.model.stateDict(), first.optimizer.stateDict()]
    const files = [model, optimizer].map((state) => writeSafetensors(state))
    const resumed = new Trained(make)
    resumed.train(2) // what it had learnt and remembered is to be replaced
    resumed.model.loadStateDict(readSafetensors(files[0]).tensors)
    resumed.optimizer.loadStateDict(readSafetensors(files[1]).tensors)
    resumed.batch = 4
    resumed.train(6)

    expect(bits(resumed.model.stateDict())).toEqual(bits(whole.model.stateDict()))
    expect(bits(resumed.optimizer.stateDict())).toEqual(bits(whole.optimizer.stateDict()))
    expect(bits(first.model.stateDict())).toEqual(bits(model)) // and it had a copy
  })

  test('gives and takes its state as a copy', () => {
    const run = new Trained(make)
    run.train(2)
    const given = run.optimizer.stateDict()
    const before = bits(given)
    for (const x of Object.values(given)) x.fill(9)
    expect(bits(run.optimizer.stateDict())).toEqual(before)

    const taken = run.optimizer.stateDict()
    run.optimizer.loadStateDict(taken)
    for (const x of Object.values(taken)) x.fill(9)
    expect(bits(run.optimizer.stateDict())).toEqual(before)
  })

  test('passes over parameters without a gradient, and remembers nothing of them', () => {
    const [moved, still] = [parameter([1]), parameter([1])]
    const optimizer = make([still, moved])
    moved.grad = variable([1])
    optimizer.step()
    expect(still.toArray()).toEqual([1])
    expect(moved.toArray()).not.toEqual([1])
    expect(Object.keys(optimizer.stateDict()).filter((key) => !key.startsWith('1.'))).toEqual([])
  })

  test('goes by the learning rate that was set last', () => {
    const p = parameter([1])
    const optimizer = make([p])
    optimizer.lr = 0
    p.grad = variable([1])
    optimizer.step()
    expect(p.toArray()).toEqual([1])
    optimizer.lr = 0.5
    expect(optimizer.lr).toBe(0.5)
    optimizer.step()
    expect(p.toArray()).not.toEqual([1])
  })

  test('changes values in place, which a tape that needs them notices', () => {
    const p = parameter([2])
    const { value } = p
    const y = p.square()
    y.backward(1, { retainGraph: true })
    make([p]).step()
    expect(p.value).toBe(value)
    expect(() => y.backward(1)).toThrow(/^backward: square kept x \[1\] .* changed in place since/)
  })

  test('keeps the dtype of the parameters', () => {
    const p = parameter(tensor([1, 2], { dtype: 'float64' }))
    const optimizer = make([p])
    p.grad = variable(p.value)
    optimizer.step()
    optimizer.step()
    const { step: _, ...slots } = Object.fromEntries(
      Object.entries(optimizer.stateDict()).map(([key, { dtype }]) => [key.slice(2), dtype]),
    )
    expect([p.dtype, ...Object.values(slots)]).toEqual(Array(1 + Object.keys(slots).length).fill('float64'))
  })

  test('forgets the gradients by zeroGrad', () => {
    const p = parameter([1])
    p.grad = variable([1])
    make([p]).zeroGrad()
    expect(p.grad).toBeUndefined()
  })
})

test('state dicts have PyTorch’s names', () => {
  const p = parameter([[1, 2]])
  p.grad = variable([[1, 2]])
  const shapesAfter = (optimizer: Optimizer) => {
    optimizer.step()
    return Object.fromEntries(Object.entries(optimizer.stateDict()).map(([key, { shape }]) => [key, shape]))
  }
  expect(shapesAfter(new SGD([p], { lr: 1 }))).toEqual({})
  expect(shapesAfter(new SGD([p], { lr: 1, momentum: 0.5 }))).toEqual({ '0.momentum_buffer': [1, 2] })
  const moments = { '0.step': [], '0.exp_avg': [1, 2], '0.exp_avg_sq': [1, 2] }
  expect(shapesAfter(new AdamW([p]))).toEqual(moments)
  expect(shapesAfter(new Adam([p], { amsgrad: true }))).toEqual({ ...moments, '0.max_exp_avg_sq': [1, 2] })
})

/** A small model with its optimiser, over batches that are always the same. */
class Trained {
  readonly model = new Classifier()
  readonly optimizer: Optimizer
  batch = 0

  constructor(make: (parameters: readonly Variable[]) => Optimizer) {
    this.optimizer = make(this.model.parameters())
  }

  train(steps: number): void {
    for (const end = this.batch + steps; this.batch < end; this.batch++) {
      const rng = new Random(this.batch)
      const loss = crossEntropy(this.model.forward(rng.normal([3, 4, 2])), tensor(Int32Array.of(0, 1, 2)))
      this.optimizer.zeroGrad()
      loss.backward()
      this.optimizer.step()
    }
  }
}

class Classifier extends Module {
  readonly #rng = new Random(1)
  readonly lstm = new LSTM(2, 4, { rng: this.#rng })
  readonly head = new Linear(4, 3, { rng: this.#rng })

  forward(x: Tensor): Variable {
    return this.head.forward(this.lstm.forward(x)[0].slice(null, -1))
  }
}

function bits(state: Record<string, Tensor>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(state).map(([key, x]) => [key, Array.from(x.data)]))
}
