import { parameter } from '@unroll/autograd'
import {
  bceWithLogits,
  crossEntropy,
  huber,
  klDiv,
  LayerNorm,
  l1,
  mse,
  nll,
  sequenceMask,
  smoothL1,
} from '@unroll/rnn'
import { ones, tensor, zeros } from '@unroll/tensor'
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
    /^crossEntropy: class 3 is out of range \(want 0 … 2, or -100 to ignore it\)$/,
  ],
  [
    'a negative class',
    () => crossEntropy(zeros([2, 3]), classes(-1, 0)),
    /^crossEntropy: class -1 is out of range \(want 0 … 2, or -100 to ignore it\)$/,
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
  [
    'no class ignored but the one asked for',
    () => crossEntropy(zeros([2, 3]), classes(-100, 0), { ignoreIndex: 0 }),
    /^crossEntropy: class -100 is out of range \(want 0 … 2, or 0 to ignore it\)$/,
  ],
  [
    'half a class to ignore',
    () => nll(zeros([2, 3]), classes(0, 0), { ignoreIndex: 0.5 }),
    /^nll: ignoreIndex is an integer, got 0.5$/,
  ],
  [
    'a mean of ignored targets alone',
    () => crossEntropy(zeros([2, 3]), classes(-100, -100)),
    /^crossEntropy: no mean of losses \[2\]: each is masked, ignored or of weight 0$/,
  ],
  [
    'a mean of classes of weight 0 alone',
    () => nll(zeros([2, 3]), classes(1, 1), { weight: tensor([1, 0, 1]) }),
    /^nll: no mean of losses \[2\]: each is masked, ignored or of weight 0$/,
  ],
  [
    'a mean of masked losses alone',
    () => mse(zeros([2, 3]), zeros([2, 3]), { mask: tensor([false, false]) }),
    /^mse: no mean of losses \[2, 3\]: each is masked, ignored or of weight 0$/,
  ],
  [
    'a class to ignore among probabilities',
    () => crossEntropy(zeros([2, 3]), zeros([2, 3]), { ignoreIndex: 0 }),
    /^crossEntropy: ignoreIndex is of int classes; with probabilities, use mask$/,
  ],
  [
    'too much smoothing',
    () => crossEntropy(zeros([2, 3]), classes(0, 0), { labelSmoothing: 1.5 }),
    /^crossEntropy: labelSmoothing lies between 0 and 1, got 1.5$/,
  ],
  [
    'too few class weights',
    () => crossEntropy(zeros([2, 3]), classes(0, 0), { weight: ones([2]) }),
    /^crossEntropy: weight is \[3\], one for each class, got \[2\]$/,
  ],
  [
    'too few class weights, with probabilities',
    () => crossEntropy(zeros([2, 3]), zeros([2, 3]), { weight: ones([2]) }),
    /^crossEntropy: weight is \[3\], one for each class, got \[2\]$/,
  ],
  [
    'class weights in an array',
    () => nll(zeros([2, 3]), classes(0, 0), { weight: wrong([1, 1, 1]) }),
    /^nll: weight is a Tensor of floats, got an array$/,
  ],
  [
    'int weights',
    () => nll(zeros([2, 3]), classes(0, 0), { weight: ones([3], { dtype: 'int32' }) }),
    /^nll: weight is a Tensor of floats, got int32$/,
  ],
  [
    'weights that want a gradient',
    () => bceWithLogits(zeros([2]), zeros([2]), { posWeight: parameter([1, 2]) }),
    /^bceWithLogits: posWeight is a constant, got a Variable that takes a gradient; detach it$/,
  ],
  [
    'weights that do not broadcast',
    () => bceWithLogits(zeros([2, 3]), zeros([2, 3]), { weight: ones([2]) }),
    /^bceWithLogits: weight \[2\] does not broadcast to the losses, which are \[2, 3\]$/,
  ],
  [
    'weights that would broadcast the losses',
    () => bceWithLogits(zeros([3]), zeros([3]), { weight: ones([2, 3]) }),
    /^bceWithLogits: weight \[2, 3\] does not broadcast to the losses, which are \[3\]$/,
  ],
  [
    'scores as classes for nll',
    () => nll(zeros([2, 3]), zeros([2, 3])),
    /^nll: log-probabilities \[2, 3\] with classes along axis 1 want as target int32 classes \[2\], got float32 \[2, 3\]$/,
  ],
  [
    'a mask of numbers',
    () => l1(zeros([2]), zeros([2]), { mask: ones([2]) }),
    /^l1: mask is of bools, and of the shape of the losses \[2\] or of its leading axes; got float32 \[2\]$/,
  ],
  [
    'a mask of the trailing axes',
    () => mse(zeros([2, 3]), zeros([2, 3]), { mask: tensor([true, true, false]) }),
    /^mse: mask is of bools, .* losses \[2, 3\] or of its leading axes; got bool \[3\]$/,
  ],
  [
    'a mask of more axes',
    () => crossEntropy(zeros([1, 3]), classes(0), { mask: tensor([[true]]) }),
    /^crossEntropy: mask is of bools, .* losses \[1\] or of its leading axes; got bool \[1, 1\]$/,
  ],
  [
    'a mask of probabilities that reaches to the classes',
    () => crossEntropy(zeros([1, 3]), zeros([1, 3]), { mask: ones([1, 3], { dtype: 'bool' }) }),
    /^crossEntropy: mask is of bools, .* losses \[1\] or/,
  ],
  [
    'an array as mask',
    () => huber(zeros([2]), zeros([2]), { mask: wrong([true, true]) }),
    /^huber: mask is a Tensor of bools, got an array$/,
  ],
  [
    'a length beyond the steps',
    () => sequenceMask([2, 5], 4),
    /^sequenceMask: wants lengths from 1 to 4 \(the steps there are\), got 5 for sequence 1$/,
  ],
  ['no steps', () => sequenceMask([2], 0), /^sequenceMask: steps is a positive integer, got 0$/],
  [
    'one length',
    () => sequenceMask(wrong(3), 4),
    /^sequenceMask: wants lengths as a Tensor or an array, got 3$/,
  ],
  [
    'an option written as PyTorch does',
    () => crossEntropy(zeros([2, 3]), classes(0, 0), wrong({ label_smoothing: 0.1 })),
    /^crossEntropy: has no option label_smoothing: did you mean labelSmoothing\?$/,
  ],
  [
    'an option of another loss',
    () => mse(zeros([2]), zeros([2]), wrong({ delta: 1 })),
    /^mse: has no option delta \(it has reduction, mask\)$/,
  ],
  ['no δ', () => huber(zeros([2]), zeros([2]), { delta: 0 }), /^huber: delta is a number > 0, got 0$/],
  [
    'a negative β',
    () => smoothL1(zeros([2]), zeros([2]), { beta: -1 }),
    /^smoothL1: beta is a number ≥ 0, got -1$/,
  ],
  [
    'another reduction of klDiv',
    () => klDiv(zeros([2]), zeros([2]), { reduction: wrong('batchmean') }),
    /^klDiv: reduction is mean, batchMean, sum or none, got batchmean$/,
  ],
  [
    'batchMean of one distribution’s scalar',
    () => klDiv(zeros([]), zeros([]), { reduction: 'batchMean' }),
    /^klDiv: batchMean wants a first axis, got a scalar$/,
  ],
  [
    'logarithms as probabilities',
    () => klDiv(zeros([2]), tensor([0.5, -0.5])),
    /^klDiv: target probabilities are ≥ 0, got -0.5; of logarithms, say \{ logTarget: true \}$/,
  ],
  [
    'a probability that is not there',
    () => klDiv(zeros([2]), tensor([0.5, Number.NaN])),
    /^klDiv: target probabilities are ≥ 0, got NaN/,
  ],
  [
    'no features to normalise',
    () => new LayerNorm(0),
    /^LayerNorm: normalizedShape is a positive integer, got 0$/,
  ],
  [
    'no axes to normalise over',
    () => new LayerNorm([]),
    /^LayerNorm: normalizedShape is a size or a list of them, got \[\]$/,
  ],
  ['no eps', () => new LayerNorm(2, { eps: 0 }), /^LayerNorm: eps is a number > 0, got 0$/],
  [
    'int parameters',
    () => new LayerNorm(2, { dtype: 'int32' }),
    /^LayerNorm: parameters are float32 or float64, got dtype int32$/,
  ],
  [
    'other features than were said',
    () => new LayerNorm([2, 3]).forward(zeros([4, 3, 3])),
    /^LayerNorm: wants input \[…, 2, 3\], got \[4, 3, 3\]$/,
  ],
  [
    'too few axes',
    () => new LayerNorm([2, 3]).forward(zeros([3])),
    /^LayerNorm: wants input \[…, 2, 3\], got \[3\]$/,
  ],
])
