import { detectAnomaly, type Variable } from '@unroll/autograd'
import {
  Adagrad,
  Adam,
  clipGradNorm,
  crossEntropy,
  GRU,
  GRUCell,
  LRSchedule,
  type Module,
  OneCycleLR,
  type Optimizer,
  Recurrent,
  ReduceLROnPlateau,
  RMSprop,
  SGD,
  Stateful,
  Zoneout,
} from '@unroll/rnn'
import { Random, stack, sum, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { fakeCompile } from './support/fake-compile.js'
import { dataset, Recaller } from './support/training.js'

/** Batches of one shape, each another. */
const batches = [1, 2, 3, 4, 5, 6].map((seed) => dataset(6, seed))

interface Trained {
  readonly model: Recaller
  readonly optimizer: Optimizer
  readonly step: (x: Tensor, y: Tensor) => Variable
}

function trained(
  make: (model: Recaller) => Optimizer,
  after?: (optimizer: Optimizer) => () => void,
): Trained {
  const model = new Recaller(new Random(1))
  const optimizer = make(model)
  const schedule = after?.(optimizer)
  const step = (x: Tensor, y: Tensor) => {
    const loss = crossEntropy(model.forward(x), y)
    model.zeroGrad()
    loss.backward()
    clipGradNorm(model.parameters(), 0.5, { errorIfNonfinite: true })
    optimizer.step()
    schedule?.()
    return loss
  }
  return { model, optimizer, step }
}

/** A compiled step does with the same batches, dropout's masks among them, what the step does. */
function expectSame(compiled: Trained, plain: Trained, batch = batches): void {
  const run = fakeCompile(compiled.step)
  for (const { x, y } of batch) {
    const wanted = plain.step(x, y).item()
    expect(run(x, y)[0]).toBeCloseTo(wanted, 4)
    expect(compiled.optimizer.lr).toBe(plain.optimizer.lr)
  }
  expectSameState(compiled.model.stateDict(), plain.model.stateDict())
  expectSameState(compiled.optimizer.stateDict(), plain.optimizer.stateDict())
}

function expectSameState(got: Record<string, Tensor>, wanted: Record<string, Tensor>): void {
  expect(Object.keys(got)).toEqual(Object.keys(wanted))
  for (const [key, { data }] of Object.entries(wanted))
    for (let i = 0; i < data.length; i++) expect(got[key].data[i]).toBeCloseTo(data[i], 4)
}

const optimizers: readonly [string, (model: Module) => Optimizer][] = [
  ['SGD with damped momentum', (m) => new SGD(m.parameters(), { lr: 0.1, momentum: 0.9, dampening: 0.5 })],
  ['Adam', (m) => new Adam(m.parameters(), { lr: 0.05, amsgrad: true })],
  ['RMSprop', (m) => new RMSprop(m.parameters(), { momentum: 0.5, eps: 1e-3 })],
  ['Adagrad', (m) => new Adagrad(m.parameters(), { lr: 0.1, lrDecay: 0.1 })],
]

describe.each(optimizers)('%s', (_, make) => {
  test('is what it is uncompiled', () => expectSame(trained(make), trained(make)))

  test('has taken no step when it was traced, and goes on from a state that is loaded between calls', () => {
    const [compiled, plain] = [trained(make), trained(make)]
    const run = fakeCompile(compiled.step)
    run(batches[0].x, batches[0].y)
    const { model, optimizer } = trained(make)
    compiled.model.loadStateDict(model.stateDict())
    compiled.optimizer.loadStateDict(optimizer.stateDict())
    expectSameState(compiled.optimizer.stateDict(), optimizer.stateDict())
    compiled.model.eval()
    plain.model.eval()

    const further = fakeCompile(compiled.step)
    for (const { x, y } of batches.slice(1, 3)) {
      further(x, y)
      plain.step(x, y)
    }
    expectSameState(compiled.model.stateDict(), plain.model.stateDict())
    const state = plain.optimizer.stateDict()
    plain.step(batches[3].x, batches[3].y)
    further(batches[4].x, batches[4].y)
    compiled.model.loadStateDict(plain.model.stateDict())
    compiled.optimizer.loadStateDict(state)
    plain.optimizer.loadStateDict(state)
    further(batches[5].x, batches[5].y)
    plain.step(batches[5].x, batches[5].y)
    expectSameState(compiled.model.stateDict(), plain.model.stateDict())
  })
})

describe('in a step that is compiled', () => {
  const adam = (m: Module) => new Adam(m.parameters(), { lr: 0.1 })

  test('a schedule moves in every replay', () => {
    const schedule = (optimizer: Optimizer) => {
      const falling = new LRSchedule(optimizer, (base, t) => base / (1 + t))
      return () => falling.step()
    }
    expectSame(trained(adam, schedule), trained(adam, schedule))
    const cycle = (optimizer: Optimizer) => {
      const one = new OneCycleLR(optimizer, { totalSteps: 8 })
      return () => one.step()
    }
    expectSame(trained(adam, cycle), trained(adam, cycle))
  })

  test('options that are set between the calls are those of the next', () => {
    const [compiled, plain] = [trained(adam), trained(adam)]
    const run = fakeCompile(compiled.step)
    for (const [k, { x, y }] of batches.entries()) {
      for (const { optimizer } of [compiled, plain]) optimizer.lr = 0.1 / (1 + k)
      run(x, y)
      plain.step(x, y)
    }
    expectSameState(compiled.model.stateDict(), plain.model.stateDict())
  })

  test.each([
    [
      'amsgrad',
      adam,
      { amsgrad: true },
      /^Adam: the step was compiled when amsgrad was false, and now it is true: compile it again$/,
    ],
    [
      'momentum',
      (m: Module) => new SGD(m.parameters(), { lr: 0.1 }),
      { momentum: 0.5 },
      /^SGD: the step was compiled when momentum > 0 was false, and now it is true/,
    ],
    [
      'centered',
      (m: Module) => new RMSprop(m.parameters()),
      { centered: true },
      /^RMSprop: the step was compiled when centered was false, and now it is true/,
    ],
  ])('what decides on what is remembered cannot change: %s', (_, make, change, message) => {
    const { step, optimizer } = trained(make as (m: Module) => Optimizer)
    const run = fakeCompile(step)
    const { x, y } = batches[0]
    run(x, y)
    Object.assign(optimizer.groups[0], change)
    expect(() => run(x, y)).toThrow(message)
  })

  test('a trace that fails has left nothing behind', () => {
    const { step, optimizer, model } = trained(adam)
    const [memory, weights] = [optimizer.stateDict(), model.stateDict()]
    const run = fakeCompile((x, y) => {
      step(x, y)
      throw new Error('no')
    })
    expect(() => run(batches[0].x, batches[0].y)).toThrow(/^no$/)
    expectSameState(optimizer.stateDict(), memory)
    expectSameState(model.stateDict(), weights)
  })

  test('a gradient that is not finite fails the call', () => {
    const { step, model } = trained(adam)
    const run = fakeCompile(step)
    model.head.bias?.value.fill(Number.NaN)
    expect(() => run(batches[0].x, batches[0].y)).toThrow(
      /^clipGradNorm: the norm of the gradients is not finite$/,
    )
  })

  test.each<[string, () => void, RegExp]>([
    [
      'a learning rate',
      () => {
        new SGD(new Recaller(new Random(1)).parameters(), { lr: 1 }).lr = 0.5
      },
      /^SGD: lr is set in a step that is being compiled, and a replay would not do that; set it between the calls, or by a schedule$/,
    ],
    [
      'a schedule that goes by a number',
      () => new ReduceLROnPlateau(new SGD(new Recaller(new Random(1)).parameters(), { lr: 1 })).step(1),
      /^ReduceLROnPlateau: it goes by a number, which is not there yet in a step that is compiled; step it after the call$/,
    ],
    [
      'a layer that carries its state',
      () => new Stateful(new GRU(1, 1, { rng: new Random(1) })).forward(tensor([[[1]]])),
      /^Stateful: what it carries from call to call would stand still in a step that is compiled; run the layer itself/,
    ],
    [
      'anomalies',
      () => detectAnomaly(() => {}),
      /^detectAnomaly: it looks at every value, and in a step that is compiled there are none yet$/,
    ],
  ])('%s is refused', (_, body, message) => {
    const run = fakeCompile((x) => {
      body()
      return x
    })
    expect(() => run(tensor([1]))).toThrow(message)
  })

  test('a checkpoint draws again what it drew, in every replay', () => {
    const make = (checkpointEvery?: number) => {
      const rng = new Random(1)
      const cell = new Zoneout(new GRUCell(2, 2, { rng }), { h: 0.5 }, { rng: new Random(2) })
      const layer = new Recurrent(2, () => cell)
      return (x: Tensor) => {
        layer.zeroGrad()
        const [output] = layer.forward(x, undefined, { checkpointEvery })
        output.square().sum().backward()
        return stack(layer.parameters().map(({ grad }) => sum((grad as Variable).value)))
      }
    }
    const [run, plain] = [fakeCompile(make(2)), make()]
    for (const x of new Random(3).normal([3, 2, 4, 2])) {
      const [got, wanted] = [run(x), plain(x).data]
      for (const [k, g] of wanted.entries()) expect(got[k]).toBeCloseTo(g, 4)
    }
  })

  test('a state goes on that is changed in place', () => {
    const layer = new GRU(2, 2, { rng: new Random(1) })
    const { h } = layer.zeroState(1)
    const run = fakeCompile((x) => {
      const [output, next] = layer.forward(x, { h: h.detach().copy() })
      h.value.assign(next.h.value)
      return output.sum()
    })
    const pieces = new Random(2).normal([3, 1, 2, 2])
    let state: { h: Variable } | undefined
    for (const piece of pieces) {
      const [output, next] = layer.forward(piece, state)
      state = next
      expect(run(piece)[0]).toBeCloseTo(output.sum().item(), 5)
    }
  })
})
