import { parameter, type Variable, variable } from '@unroll/autograd'
import { bceWithLogits, crossEntropy, huber, klDiv, mse, nll, sequenceMask } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { fakeDevice } from './support/fake-device.js'
import { expectClose, own } from './support/own.js'

const device = fakeDevice()

describe('losses on a device', () => {
  const rng = new Random(3)
  const logits = own(rng.normal([2, 3, 4]))
  const classes = tensor([0, 3, -1, 2, -1, 1], { dtype: 'int32', shape: [2, 3] })
  const plainClasses = tensor([0, 3, 2, 2, 0, 1], { dtype: 'int32', shape: [2, 3] })
  const mask = tensor([true, true, false, true, true, false], { shape: [2, 3] })
  const target = own(rng.uniform([2, 3, 4]))
  const spread = own(target.div(target.sum(-1, { keepDims: true })))
  const weight = tensor([1, 2, 0.5, 3])
  type Move = (x: Tensor) => Tensor
  const losses: readonly [string, (x: Variable, to: Move) => Variable][] = [
    ['crossEntropy', (x, to) => crossEntropy(x, to(plainClasses))],
    ['of classes that are ignored', (x, to) => crossEntropy(x, to(classes), { ignoreIndex: -1 })],
    ['with weights', (x, to) => crossEntropy(x, to(classes), { ignoreIndex: -1, weight: to(weight) })],
    ['with a mask', (x, to) => crossEntropy(x, to(plainClasses), { mask: to(mask) })],
    ['with both', (x, to) => crossEntropy(x, to(classes), { mask: to(mask), ignoreIndex: -1 })],
    [
      'each of them',
      (x, to) => crossEntropy(x, to(classes), { ignoreIndex: -1, reduction: 'none' }).square().sum(),
    ],
    ['smoothed', (x, to) => crossEntropy(x, to(classes), { ignoreIndex: -1, labelSmoothing: 0.1 })],
    ['of probabilities', (x, to) => crossEntropy(x, to(spread), { mask: to(mask) })],
    ['nll', (x, to) => nll(x.logSoftmax(), to(classes), { ignoreIndex: -1, weight: to(weight) })],
    ['klDiv', (x, to) => klDiv(x.logSoftmax(), to(spread), { reduction: 'batchMean', mask: to(mask) })],
    ['mse', (x, to) => mse(x, to(target), { mask: sequenceMask([3, 1], 3) })],
    ['huber', (x, to) => huber(x, to(target), { delta: 0.5 })],
    ['bceWithLogits', (x, to) => bceWithLogits(x, to(target), { mask: to(mask), posWeight: to(weight) })],
  ]

  test.each(losses)('%s', async (_, loss) => {
    const [a, b] = [parameter(own(logits)), parameter(logits.to(device))]
    const [wanted, got] = [loss(a, own), loss(b, (x) => x.to(device))]
    expectClose(await got.read(), wanted.data, 5)
    wanted.backward()
    got.backward()
    expectClose(await (b.grad as Variable).read(), (a.grad as Variable).data, 5)
  })

  test('refuse what they can see, at once, and the rest with the next read', async () => {
    const x = variable(logits.to(device))
    expect(() => crossEntropy(x, classes.to(device))).toThrow(
      /^crossEntropy: class -1 is out of range \(want 0 … 3; on a device, say ignoreIndex: -1 to ignore it\)$/,
    )
    crossEntropy(x, classes.to(device), { ignoreIndex: 0 })
    await expect(x.read()).rejects.toThrow(/^crossEntropy: a class is out of range \(want 0 … 3\)$/)
    const nothing = tensor([false, false]).to(device)
    mse(x, target.to(device), { mask: nothing })
    await expect(x.read()).rejects.toThrow(
      /^mse: no mean of losses \[2, 3, 4\]: each is masked, ignored or of weight 0$/,
    )
    expect((await x.read()).length).toBe(24)
  })
})
