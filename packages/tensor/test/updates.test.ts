import {
  adagradStep,
  adamStep,
  classLosses,
  rmspropStep,
  sgdStep,
  sumOfSquares,
  Tensor,
  tensor,
  UnrollError,
  zeros,
} from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

const sgd = { lr: 0.5, momentum: 0.5, dampening: 0, nesterov: false, weightDecay: 0 }
const adam = { lr: 0.5, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0, decoupled: false, step: 1 } as const
const rmsprop = { lr: 0.5, alpha: 0.5, eps: 1, weightDecay: 0, momentum: 0.5 }
const adagrad = { lr: 1, lrDecay: 0.5, eps: 2, weightDecay: 0, step: 3 }

test('steps change the parameter and what is remembered of it in place, which their versions tell', () => {
  const [p, v] = [tensor([1, 2]), tensor([2, 0])]
  sgdStep(p, tensor([1, 1]), v, sgd)
  expect([p.toArray(), v.toArray()]).toEqual([[0, 1.5], [2, 1]]) // biome-ignore format: p and v
  expect([p, v].map((x) => x.storage.version)).toEqual([1, 1])

  const [q, m, s, largest] = [tensor([1]), zeros([1]), zeros([1]), zeros([1])]
  adamStep(q, tensor([-3]), { m, v: s, largest }, adam)
  expect(q.item()).toBeCloseTo(1.5, 6)
  expect([m, s, largest].map((x) => x.item())).toEqual([-0.3, 0.09, 0.09].map((x) => expect.closeTo(x, 6)))
  expect([q, m, s, largest].map((x) => x.storage.version)).toEqual([1, 1, 1, 1])

  const centered = { v: tensor([4]), m: tensor([-2]), b: tensor([2]) }
  const r = tensor([5])
  rmspropStep(r, tensor([4]), centered, rmsprop)
  const all = [r, centered.v, centered.m, centered.b]
  expect(all.map((x) => x.item())).toEqual([5 - 0.5 * 2, 10, 1, 0.5 * 2 + 4 / (Math.sqrt(10 - 1 ** 2) + 1)])
  expect(all.map((x) => x.storage.version)).toEqual([1, 1, 1, 1])

  const [w, sum] = [tensor([1]), tensor([7])]
  adagradStep(w, tensor([3]), sum, adagrad)
  expect([w.item(), sum.item()]).toEqual([1 - (0.5 * 3) / (Math.sqrt(16) + 2), 16])
  expect([w, sum].map((x) => x.storage.version)).toEqual([1, 1])
})

test('RMSprop keeps what it is handed, and goes without the rest', () => {
  const [p, v] = [tensor([5]), tensor([2])]
  rmspropStep(p, tensor([4]), { v }, rmsprop)
  expect([p.item(), v.item()]).toEqual([5 - (0.5 * 4) / (3 + 1), 9])

  const [q, b] = [tensor([5]), tensor([2])]
  rmspropStep(q, tensor([4]), { v: tensor([2]), b }, rmsprop)
  expect([q.item(), b.item()]).toEqual([4, 2])
})

test('a damped momentum takes in less of the gradient', () => {
  const [p, v] = [tensor([1]), tensor([2])]
  sgdStep(p, tensor([4]), v, { ...sgd, dampening: 0.75 })
  expect([p.item(), v.item()]).toEqual([0, 2])
  sgdStep(p, tensor([4]), undefined, { ...sgd, momentum: 0, dampening: 0.75 })
  expect(p.item()).toBe(-2)
})

test('a view is changed where it lies, and nothing beside it', () => {
  const whole = tensor([1, 2, 3, 4, 5, 6])
  sgdStep(whole.slice([0, null, 2]), tensor([1, 1, 1]), undefined, { ...sgd, momentum: 0 })
  expect(whole.toArray()).toEqual([0.5, 2, 2.5, 4, 4.5, 6])
})

test('a gradient in the memory of its parameter is read before it is overwritten', () => {
  const memory = tensor([1, 2, 3, 4])
  sgdStep(memory.slice([1, 4]), memory.slice([0, 3]), undefined, { ...sgd, momentum: 0 })
  expect(memory.toArray()).toEqual([1, 1.5, 2, 2.5])
})

test('a gradient of another dtype is converted', () => {
  const p = tensor([1], { dtype: 'float64' })
  sgdStep(p, tensor([1]), undefined, { ...sgd, momentum: 0 })
  expect([p.dtype, p.item()]).toEqual(['float64', 0.5])
})

test('a sum of squares is a float64', () => {
  expect(sumOfSquares(tensor([3e30])).dtype).toBe('float64')
  expect(sumOfSquares(tensor([3e30, 4e30])).item() / 25e60).toBeCloseTo(1, 6)
  expect(sumOfSquares(tensor([3e-30, 4e-30])).item() / 25e-60).toBeCloseTo(1, 6)
  expect(sumOfSquares(tensor([[1, 2], [3, 4]]).transpose()).item()).toBe(30) // biome-ignore format: a matrix
})

describe('refused:', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a gradient of another shape',
      () => sgdStep(zeros([2]), zeros([3]), undefined, sgd),
      /^sgdStep: everything must have the shape \[2\] of the parameter, got \[3\]$/,
    ],
    [
      'a momentum of another dtype',
      () => sgdStep(zeros([2]), zeros([2]), zeros([2], { dtype: 'float64' }), sgd),
      /^sgdStep: everything must have the dtype float32 of the parameter, got float64$/,
    ],
    [
      'an expanded parameter',
      () => adamStep(zeros([1]).expand([2]), zeros([2]), { m: zeros([2]), v: zeros([2]) }, adam),
      /^adamStep: the target \[2\] repeats its elements \(it was expanded\); copy it first$/,
    ],
    [
      'a mean of another shape',
      () => rmspropStep(zeros([2]), zeros([2]), { v: zeros([2]), m: zeros([1]) }, rmsprop),
      /^rmspropStep: everything must have the shape \[2\] of the parameter, got \[1\]$/,
    ],
    [
      'a sum of another dtype',
      () => adagradStep(zeros([2]), zeros([2]), zeros([2], { dtype: 'float64' }), adagrad),
      /^adagradStep: everything must have the dtype float32 of the parameter, got float64$/,
    ],
    [
      'classes that do not fit the logits',
      () => classLosses(zeros([2, 3]), Tensor.from(new Int32Array(3), [3])),
      /^classLosses: logits \[…, C\] and a target \[…\] must fit, got \[2, 3\] and \[3\]$/,
    ],
    [
      'a class that there is not',
      () => classLosses(zeros([2, 3]), Tensor.from(Int32Array.of(0, 3), [2])),
      /^classLosses: index 3 is out of range for axis 1 of \[2, 3\] \(want 0 … 2\)$/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(UnrollError)
    expect(call).toThrow(message)
  })
})
