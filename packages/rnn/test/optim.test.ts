import { parameter, type Variable, variable } from '@unroll/autograd'
import {
  Adagrad,
  Adam,
  type AdamOptions,
  AdamW,
  AMSGrad,
  crossEntropy,
  Linear,
  LSTM,
  Module,
  type Optimizer,
  RMSprop,
  SGD,
  type SGDOptions,
} from '@unroll/rnn'
import { Random, readSafetensors, type Tensor, tensor, writeSafetensors } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectNear, figures } from './support/figures.js'
import { examples } from './support/networks.js'

/** Parameters, or groups of them with learning rates. */
type Parameters = readonly Variable[] | readonly { parameters: readonly Variable[]; lr?: number }[]

const optimizers: readonly [string, (parameters: Parameters) => Optimizer][] = [
  ['SGD', (p) => new SGD(p, { lr: 0.1 })],
  ['SGD with momentum', (p) => new SGD(p, { lr: 0.05, momentum: 0.8 })],
  ['SGD with Nesterov’s momentum', (p) => new SGD(p, { lr: 0.05, momentum: 0.8, nesterov: true })],
  ['Adam', (p) => new Adam(p, { lr: 0.1 })],
  ['Adam with amsgrad', (p) => new Adam(p, { lr: 0.1, amsgrad: true })],
  ['AdamW', (p) => new AdamW(p, { lr: 0.1, weightDecay: 1e-6 })],
  ['AMSGrad', (p) => new AMSGrad(p, { lr: 0.1 })],
  ['SGD with damped momentum', (p) => new SGD(p, { lr: 0.05, momentum: 0.8, dampening: 0.3 })],
  ['RMSprop', (p) => new RMSprop(p, { lr: 0.02, eps: 0.1 })],
  [
    'centered RMSprop with momentum',
    (p) => new RMSprop(p, { lr: 0.02, eps: 1, centered: true, momentum: 0.5 }),
  ],
  ['Adagrad', (p) => new Adagrad(p, { lr: 1 })],
  ['Adagrad with decay', (p) => new Adagrad(p, { lr: 2, lrDecay: 1e-3, initialAccumulatorValue: 0.1 })],
]

const kinds = { SGD, Adam, RMSprop, Adagrad }

describe('follow their formulas', () => {
  const rate = fc.double({ min: 0.01, max: 0.9, noNaN: true })
  const orNone = (x: fc.Arbitrary<number>) => fc.oneof(fc.constant(0), x)
  const start = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 3 })

  test('SGD', () => {
    const options = fc
      .record({
        lr: rate,
        momentum: orNone(rate),
        dampening: orNone(rate),
        nesterov: fc.boolean(),
        weightDecay: orNone(rate),
      })
      .map(
        (o): Required<SGDOptions> => ({ ...o, nesterov: o.nesterov && o.momentum > 0 && o.dampening === 0 }),
      )
    check(
      fc.tuple(options, start, fc.nat()),
      (p, options) => new SGD(p, options),
      ({ lr, momentum, dampening, nesterov, weightDecay }) => {
        let v: number | undefined
        return (p, gradient) => {
          const g = gradient + weightDecay * p
          if (momentum === 0) return p - lr * g
          v = v === undefined ? g : momentum * v + (1 - dampening) * g
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

  test('RMSprop', () => {
    const options = fc.record({
      lr: rate,
      alpha: rate,
      eps: fc.constantFrom(0.1, 1), // large, as what is divided by may be all rounding
      weightDecay: orNone(rate),
      momentum: orNone(rate),
      centered: fc.boolean(),
    })
    check(
      fc.tuple(options, start, fc.nat()),
      (p, options) => new RMSprop(p, options),
      ({ lr, alpha, eps, weightDecay, momentum, centered }) => {
        let [v, m, b] = [0, 0, 0]
        return (p, gradient) => {
          const g = gradient + weightDecay * p
          v = alpha * v + (1 - alpha) * g * g
          m = alpha * m + (1 - alpha) * g
          b = momentum * b + g / (Math.sqrt(centered ? v - m * m : v) + eps)
          return p - lr * b
        }
      },
    )
  })

  test('Adagrad', () => {
    const options = fc.record({
      lr: rate,
      lrDecay: orNone(rate),
      weightDecay: orNone(rate),
      initialAccumulatorValue: orNone(rate),
      eps: fc.constantFrom(1e-10, 1e-3),
    })
    check(
      fc.tuple(options, start, fc.nat()),
      (p, options) => new Adagrad(p, options),
      ({ lr, lrDecay, weightDecay, initialAccumulatorValue, eps }) => {
        let [t, s] = [0, initialAccumulatorValue]
        return (p, gradient) => {
          const g = gradient + weightDecay * p
          s += g * g
          return p - ((lr / (1 + t++ * lrDecay)) * g) / (Math.sqrt(s) + eps)
        }
      },
    )
  })

  interface Figure {
    readonly optimizer: keyof typeof kinds
    // biome-ignore lint/suspicious/noExplicitAny: the options come from a file
    readonly options: any
    readonly start: number[]
    readonly gradients: readonly number[][]
    readonly values: readonly number[][]
  }

  test.each(figures<Figure>('optim.jsonl', 'optimizers'))('$optimizer($options) as in PyTorch', (figure) => {
    const p = parameter(tensor(figure.start, { dtype: 'float64' }))
    const optimizer = new kinds[figure.optimizer]([p], figure.options)
    for (const [step, gradient] of figure.gradients.entries()) {
      p.grad = variable(tensor(gradient, { dtype: 'float64' }))
      optimizer.step()
      expectNear([...p.data], figure.values[step])
    }
  })

  test('centered RMSprop divides by no root of a negative number, however it rounds', () => {
    const p = parameter([1, 2, 3])
    const optimizer = new RMSprop([p], { centered: true, alpha: 0.9 })
    for (let step = 0; step < 200; step++) {
      p.grad = variable([0.1, 1 / 3, 1e-3]) // always the same: its variance goes to 0
      optimizer.step()
    }
    expect([...p.data].every(Number.isFinite)).toBe(true)
  })

  test('with PyTorch’s defaults', () => {
    const p = [parameter([1])]
    const adam = { lr: 0.001, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false }
    expect(new Adam(p).defaults).toEqual(adam)
    expect(new AdamW(p).defaults).toEqual({ ...adam, weightDecay: 0.01 })
    expect(new AMSGrad(p).defaults).toEqual({ ...adam, amsgrad: true })
    expect(new SGD(p, { lr: 1 }).defaults).toEqual({
      lr: 1,
      momentum: 0,
      dampening: 0,
      nesterov: false,
      weightDecay: 0,
    })
    expect(new RMSprop(p).defaults).toEqual({
      lr: 0.01,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
    })
    expect(new Adagrad(p).defaults).toEqual({
      lr: 0.01,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
    })
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
    expect(Object.keys(slotsOf(optimizer)).filter((key) => !key.startsWith('1.'))).toEqual([])
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
      Object.entries(slotsOf(optimizer)).map(([key, { dtype }]) => [key.slice(2), dtype]),
    )
    expect([p.dtype, ...Object.values(slots)]).toEqual(Array(1 + Object.keys(slots).length).fill('float64'))
  })

  test.each([Number.NaN, Number.NEGATIVE_INFINITY])('takes no step along a gradient of %d', (bad) => {
    const [first, second] = [parameter([1, 2]), parameter([3, 4])]
    const optimizer = make([first, second])
    for (const p of [first, second]) p.grad = variable([1, 1])
    optimizer.step()
    const [weights, state] = [[first, second].map((p) => p.toArray()), bits(optimizer.stateDict())]
    second.grad = variable([1, bad])
    expect(() => optimizer.step()).toThrow(
      new RegExp(`^\\w+: the gradient of parameter 1 holds ${bad}; nothing was changed$`),
    )
    expect([first, second].map((p) => p.toArray())).toEqual(weights)
    expect(bits(optimizer.stateDict())).toEqual(state)
  })

  test('in a group is what it is without', () => {
    const [alone, grouped] = [parameter([1, 2]), parameter([1, 2])]
    const runs = [make([alone]), make([{ parameters: [grouped] }])]
    const rng = new Random(3)
    for (let step = 0; step < 5; step++) {
      alone.grad = grouped.grad = variable(rng.normal([2]))
      for (const optimizer of runs) optimizer.step()
    }
    expect(grouped.toArray()).toEqual(alone.toArray())
    expect(bits(runs[1].stateDict())).toEqual(bits(runs[0].stateDict()))
  })

  test('in groups with rates of their own is two optimisers', () => {
    const [a, b, c, d] = [1, 1, 2, 2].map((x) => parameter([x]))
    const both = make([{ parameters: [a] }, { parameters: [c], lr: 0.01 }])
    const apart = [make([b]), make([d])]
    apart[1].lr = 0.01
    for (let step = 0; step < 5; step++) {
      for (const p of [a, b, c, d]) p.grad = variable([Math.sin(step) + 2])
      for (const optimizer of [both, ...apart]) optimizer.step()
    }
    expect([a.item(), c.item()]).toEqual([b.item(), d.item()])
  })

  test('has in its state its options, which an optimiser made with others then takes over', () => {
    const [p, q] = [parameter([1]), parameter([1])]
    const [saved, other] = [make([p]), make([q])]
    saved.lr = 0.007
    p.grad = q.grad = variable([1])
    saved.step()
    q.value.assign(p.value)
    other.loadStateDict(readSafetensors(writeSafetensors(saved.stateDict())).tensors)
    expect(other.lr).toBe(0.007)
    for (const optimizer of [saved, other]) optimizer.step()
    expect(q.item()).toBe(p.item())
  })

  test('goes on from a state without options by its own', () => {
    const [p, q] = [parameter([1]), parameter([1])]
    const [saved, other] = [make([p]), make([q])]
    p.grad = variable([1])
    saved.step()
    other.lr = 0.25
    other.loadStateDict(slotsOf(saved))
    expect(other.lr).toBe(0.25)
    expect(bits(slotsOf(other))).toEqual(bits(slotsOf(saved)))
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
    return Object.fromEntries(Object.entries(slotsOf(optimizer)).map(([key, { shape }]) => [key, shape]))
  }
  expect(shapesAfter(new SGD([p], { lr: 1 }))).toEqual({})
  expect(shapesAfter(new SGD([p], { lr: 1, momentum: 0.5 }))).toEqual({ '0.momentum_buffer': [1, 2] })
  const moments = { '0.step': [], '0.exp_avg': [1, 2], '0.exp_avg_sq': [1, 2] }
  expect(shapesAfter(new AdamW([p]))).toEqual(moments)
  expect(shapesAfter(new Adam([p], { amsgrad: true }))).toEqual({ ...moments, '0.max_exp_avg_sq': [1, 2] })
  const square = { '0.step': [], '0.square_avg': [1, 2] }
  expect(shapesAfter(new RMSprop([p]))).toEqual(square)
  expect(shapesAfter(new RMSprop([p], { momentum: 0.5, centered: true }))).toEqual({
    ...square,
    '0.momentum_buffer': [1, 2],
    '0.grad_avg': [1, 2],
  })
  expect(shapesAfter(new Adagrad([p]))).toEqual({ '0.step': [], '0.sum': [1, 2] })
})

/** What is remembered of the parameters, without the options. */
function slotsOf(optimizer: Optimizer): Record<string, Tensor> {
  const entries = Object.entries(optimizer.stateDict())
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('groups.')))
}

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
