import { bceWithLogits, crossEntropy, mse } from '@unroll/rnn'
import { tensor, zeros } from '@unroll/tensor'
import { expectRefusals, wrong } from '../support/refusals.js'

const classes = (...values: number[]) => tensor(Int32Array.from(values))

expectRefusals([
  [
    'float classes',
    () => crossEntropy(zeros([2, 3]), tensor([0, 1])),
    /^crossEntropy: logits \[2, 3\] with classes along axis 1 want as target int32 classes \[2\] or float probabilities \[2, 3\], got float32 \[2\]$/,
  ],
  [
    'classes for PyTorch’s layout, without axis',
    () => crossEntropy(zeros([2, 3, 5]), zeros([2, 5], { dtype: 'int32' })),
    /^crossEntropy: logits \[2, 3, 5\] with classes along axis 2 want .* \[2, 3\] or .*, got int32 \[2, 5\]$/,
  ],
  [
    'int probabilities',
    () => crossEntropy(zeros([2, 3]), zeros([2, 3], { dtype: 'int32' })),
    /^crossEntropy: .*got int32 \[2, 3\]$/,
  ],
  [
    'bools',
    () => crossEntropy(zeros([2, 3]), zeros([2], { dtype: 'bool' })),
    /^crossEntropy: .*got bool \[2\]$/,
  ],
  [
    'a class too large',
    () => crossEntropy(zeros([2, 3]), classes(0, 3)),
    /^crossEntropy: class 3 is out of range \(want 0 … 2\)$/,
  ],
  [
    'a negative class',
    () => crossEntropy(zeros([2, 3]), classes(-100, 0)),
    /^crossEntropy: class -100 is out of range \(want 0 … 2\)$/,
  ],
  [
    'an axis that is not there',
    () => crossEntropy(zeros([2, 3]), classes(0, 0), { axis: 2 }),
    /^crossEntropy: axis 2 is out of range for a tensor of rank 2/,
  ],
  ['a scalar', () => crossEntropy(zeros([]), classes(0)), /^crossEntropy: axis -1 is out of range/],
  [
    'no logits',
    () => crossEntropy(wrong(), classes(0)),
    /^crossEntropy: wants a Variable or a Tensor, got undefined$/,
  ],
  [
    'an array as target',
    () => crossEntropy(zeros([2, 3]), wrong([0, 1])),
    /^crossEntropy: wants a Variable or a Tensor, got an array$/,
  ],
  ['no targets at all', () => crossEntropy(zeros([0, 3]), zeros([0], { dtype: 'int32' })), /^mean: /],
  [
    'another reduction',
    () => mse(zeros([1]), zeros([1]), { reduction: wrong('avg') }),
    /^mse: reduction is mean, sum or none, got avg$/,
  ],
  [
    'shapes that broadcast',
    () => mse(zeros([4, 1]), zeros([4])),
    /^mse: prediction \[4, 1\] and target \[4\] must have one shape$/,
  ],
  [
    'shapes that differ',
    () => bceWithLogits(zeros([4]), zeros([5])),
    /^bceWithLogits: prediction \[4\] and target \[5\] must have one shape$/,
  ],
  ['a number as prediction', () => mse(wrong(1), zeros([])), /^mse: wants a Variable or a Tensor, got 1$/],
  [
    'no target',
    () => bceWithLogits(zeros([1]), wrong()),
    /^bceWithLogits: wants a Variable or a Tensor, got undefined$/,
  ],
])
