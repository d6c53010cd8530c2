import {
  arange,
  assertLater,
  concat,
  full,
  isFinite,
  less,
  Random,
  Tensor,
  tensor,
  where,
  zeros,
} from '@unroll/tensor'
import { expect, test } from 'vitest'

const follows = (x: Tensor) => x.storage.isRule

test('what is made of rules alone follows from a rule, and may be used on any device', () => {
  const mask = new Random(1).bernoulli([2, 3], 0.5)
  const lengths = Tensor.fromRule(Int32Array.of(1, 2), [2])
  const made = [
    mask.div(0.5),
    mask.cast('bool'),
    mask.transpose().contiguous(),
    mask.copy(),
    mask.neg(),
    mask.clamp(0, 1),
    mask.sum(0),
    mask.mean(),
    less(arange(0, 3, 1, { dtype: 'int32' }), lengths.unsqueeze(1)),
    where(mask, 1, 0),
    isFinite(mask),
    concat([mask, zeros([2, 3])]),
    full([], 1).expand([2, 2]).reshape([4]),
  ]
  expect(made.map(follows)).toEqual(made.map(() => true))
})

test('what data have a part in does not, nor what was changed', () => {
  const [mask, data] = [new Random(1).bernoulli([2], 0.5), tensor([1, 2])]
  const made = [
    data,
    mask.mul(data),
    where(mask, data, 0),
    concat([mask, data]),
    data.sum(),
    mask.fill(0),
    mask.add(1),
  ]
  expect(made.map(follows)).toEqual(made.map(() => false))
})

test('on the host, an assertion is checked at once', () => {
  const message = () => 'op: there is none'
  assertLater(tensor(-0.5), message)
  assertLater(tensor(Number.NaN), message)
  expect(() => assertLater(tensor(0), message)).toThrow(/^op: there is none$/)
  expect(() => assertLater(tensor([1, 1]), message)).toThrow(/^item: wants a tensor of one element/)
})
