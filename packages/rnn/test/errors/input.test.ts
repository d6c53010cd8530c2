import { variable } from '@unroll/autograd'
import { Dropout, Embedding, GRU, GRUCell, Linear, LSTM, LSTMCell } from '@unroll/rnn'
import { Random, tensor, zeros } from '@unroll/tensor'
import { expectRefusals, type Refusal, wrong } from '../support/refusals.js'

const rng = new Random(1)
const lstm = new LSTM(3, 4, { numLayers: 2, rng })
const timeFirst = new GRU(3, 4, { batchFirst: false, rng })
const cell = new LSTMCell(3, 4, { rng })
const linear = new Linear(3, 4, { rng })
const embedding = new Embedding(3, 2, { rng })
const projected = new LSTM(3, 4, { projSize: 2, rng })
const x = zeros([2, 5, 3])
const h = variable(zeros([2, 2, 4]))

expectRefusals([
  [
    'another number of features',
    () => lstm.forward(zeros([2, 5, 4])),
    /^LSTM: wants input \[B, T, 3\] or, without a batch, \[T, 3\]; got \[2, 5, 4\]$/,
  ],
  [
    'the same, time first',
    () => timeFirst.forward(zeros([5, 2, 4])),
    /^GRU: wants input \[T, B, 3\] or, .*; got \[5, 2, 4\]$/,
  ],
  ['a vector', () => lstm.forward(zeros([3])), /^LSTM: wants input .*; got \[3\]$/],
  ['four axes', () => lstm.forward(zeros([1, 2, 5, 3])), /^LSTM: wants input .*; got \[1, 2, 5, 3\]$/],
  ['an array', () => lstm.forward(wrong([[1, 2, 3]])), /^LSTM: wants a Variable or a Tensor, got an array$/],
  ['nothing', () => lstm.forward(wrong()), /^LSTM: wants a Variable or a Tensor, got undefined$/],
  [
    'no time steps',
    () => lstm.forward(zeros([2, 0, 3])),
    /^LSTM: the sequence is empty: input \[2, 0, 3\] has 0 time steps$/,
  ],
  [
    'no time steps, time first',
    () => timeFirst.forward(zeros([0, 2, 3])),
    /^GRU: the sequence is empty: input \[0, 2, 3\]/,
  ],
  [
    'no time steps, no batch',
    () => lstm.forward(zeros([0, 3])),
    /^LSTM: the sequence is empty: input \[0, 3\]/,
  ],
  [
    'a state without c',
    () => lstm.forward(x, wrong({ h })),
    /^LSTM: wants state \{ h: \[2, 2, 4\], c: \[2, 2, 4\] \} of float variables, got c: undefined$/,
  ],
  [
    'the result of forward as state',
    () => lstm.forward(x, wrong(lstm.forward(x))),
    /^LSTM: wants state \{ h: .*, c: .* \} .*, got h: undefined$/,
  ],
  [
    'null as state',
    () => lstm.forward(x, wrong(null)),
    /^LSTM: wants state \{ h: .*, c: .* \} .*, got h: undefined$/,
  ],
  [
    'a state of another batch',
    () => lstm.forward(x, lstm.zeroState(3)),
    /^LSTM: wants state .* c: \[2, 2, 4\] .*, got h: \[2, 3, 4\]$/,
  ],
  [
    'a c of other layers',
    () => lstm.forward(x, { h, c: variable(zeros([1, 2, 4])) }),
    /^LSTM: wants state .* c: \[2, 2, 4\] .*, got c: \[1, 2, 4\]$/,
  ],
  [
    'a state with a batch for input without',
    () => lstm.forward(zeros([5, 3]), lstm.zeroState(1)),
    /^LSTM: wants state .* c: \[2, 4\] .*, got h: \[2, 1, 4\]$/,
  ],
  [
    'tensors as state',
    () => lstm.forward(x, wrong({ h: h.value, c: h.value })),
    /^LSTM: wants state .* of float variables, got h: Tensor$/,
  ],
  [
    'lengths of another batch',
    () => lstm.forward(x, undefined, { lengths: [5] }),
    /^LSTM: wants lengths \[2\] int32, one for each sequence, got \[1\] int32$/,
  ],
  [
    'float lengths',
    () => lstm.forward(x, undefined, { lengths: tensor([5, 5]) }),
    /^LSTM: wants lengths \[2\] int32, .*, got \[2\] float32$/,
  ],
  [
    'a length that is no integer',
    () => lstm.forward(x, undefined, { lengths: [5, 1.5] }),
    /^LSTM: wants lengths that are integers, got 1.5$/,
  ],
  [
    'a length beyond the last step',
    () => lstm.forward(x, undefined, { lengths: [5, 6] }),
    /^LSTM: wants lengths from 1 to 5 \(the steps there are\), got 6 for sequence 1$/,
  ],
  [
    'a length of 0, time first',
    () => timeFirst.forward(zeros([5, 2, 3]), undefined, { lengths: [0, 1] }),
    /^GRU: wants lengths from 1 to 5 .*, got 0 for sequence 0$/,
  ],
  [
    'one length for all',
    () => lstm.forward(x, undefined, { lengths: wrong(5) }),
    /^LSTM: wants lengths as a Tensor or an array, got 5$/,
  ],
  [
    'lengths null',
    () => lstm.forward(x, undefined, { lengths: wrong(null) }),
    /^LSTM: wants lengths as a Tensor or an array, got null$/,
  ],
  [
    'a length of 0 for all',
    () => lstm.forward(x, undefined, { lengths: wrong(0) }),
    /^LSTM: wants lengths as a Tensor or an array, got 0$/,
  ],
  [
    'lengths of two axes',
    () => lstm.forward(x, undefined, { lengths: zeros([2, 1], { dtype: 'int32' }) }),
    /^LSTM: wants lengths \[2\] int32, .*, got \[2, 1\] int32$/,
  ],
  [
    'a slip in the name of lengths',
    () => lstm.forward(x, undefined, wrong({ length: [5, 5] })),
    /^LSTM: has no option length: did you mean lengths\?$/,
  ],
  [
    'options in the place of the state',
    () => lstm.forward(x, wrong({ lengths: [5, 5] })),
    /^LSTM: wants state \{ h: .*, c: .* \} .*, got h: undefined$/,
  ],
  ...[0, -1, 2.5].map(
    (checkpointEvery): Refusal => [
      `a checkpoint every ${checkpointEvery} steps`,
      () => lstm.forward(x, undefined, { checkpointEvery }),
      new RegExp(`^LSTM: checkpointEvery is a positive integer, got ${checkpointEvery}$`),
    ],
  ),
  [
    'onStep with checkpoints',
    () => watched(() => {}).forward(x, undefined, { checkpointEvery: 2 }),
    /^GRU: onStep sees each step once, and checkpointEvery runs them again/,
  ],
  [
    'onStep that is no function',
    () => watched(wrong('print')).forward(x),
    /^GRU: onStep is a function, got string$/,
  ],
  [
    'a state of integers',
    () => lstm.forward(x, { h: variable(zeros([2, 2, 4], { dtype: 'int32' })), c: h }),
    /^LSTM: wants state .* of float variables, got h: \[2, 2, 4\] int32$/,
  ],
  [
    'the same for a cell',
    () => cell.step(zeros([2, 3]), { h: variable(zeros([2, 4], { dtype: 'bool' })), c: h }),
    /^LSTMCell: wants state .* of float variables, got h: \[2, 4\] bool$/,
  ],
  [
    'c of the size of h where h is projected',
    () => projected.forward(x, { h: variable(zeros([1, 2, 2])), c: variable(zeros([1, 2, 2])) }),
    /^LSTM: wants state \{ h: \[1, 2, 2\], c: \[1, 2, 4\] \} of float variables, got c: \[1, 2, 2\]$/,
  ],
  [
    'a sequence for a cell',
    () => cell.step(x),
    /^LSTMCell: wants input \[B, 3\] or, without a batch, \[3\]; got \[2, 5, 3\]$/,
  ],
  [
    'a state with a batch for an input without',
    () => cell.step(zeros([3]), cell.zeroState(1)),
    /^LSTMCell: wants state \{ h: \[4\], c: \[4\] \} .*, got h: \[1, 4\]$/,
  ],
  ['a scalar for a cell', () => cell.step(zeros([])), /^LSTMCell: wants input .*; got \[\]$/],
  ['a number for a cell', () => cell.step(wrong(1)), /^LSTMCell: wants a Variable or a Tensor, got 1$/],
  [
    'a state of another size for a cell',
    () => cell.step(zeros([2, 3]), new LSTMCell(3, 5, { rng }).zeroState(2)),
    /^LSTMCell: wants state \{ h: \[2, 4\], c: \[2, 4\] \} of float variables, got h: \[2, 5\]$/,
  ],
  [
    'a state without c for a cell',
    () => cell.step(zeros([2, 3]), wrong(new GRUCell(3, 4, { rng }).zeroState(2))),
    /^LSTMCell: wants state \{ h: .*, c: .* \} .*, got c: undefined$/,
  ],
  ['a negative batch', () => lstm.zeroState(-1), /^zeros: .*got \[-1, 4\]$/],
  [
    'another number of features for Linear',
    () => linear.forward(zeros([2, 4])),
    /^Linear: wants input \[…, 3\], got \[2, 4\]$/,
  ],
  ['a scalar for Linear', () => linear.forward(zeros([])), /^Linear: wants input \[…, 3\], got \[\]$/],
  [
    'output and state for Linear',
    () => linear.forward(wrong(lstm.forward(x))),
    /^Linear: wants a Variable or a Tensor, got an array$/,
  ],
  [
    'float indices',
    () => embedding.forward(tensor([0, 1])),
    /^Embedding: wants indices of dtype int32, got float32$/,
  ],
  [
    'an array of indices',
    () => embedding.forward(wrong([0, 1])),
    /^Embedding: wants indices of dtype int32, got an array$/,
  ],
  [
    'an index too large',
    () => embedding.forward(tensor([0, 3], { dtype: 'int32' })),
    /^Embedding: index 3 is out of range \(want 0 … 2\)$/,
  ],
  [
    'a negative index',
    () => embedding.forward(tensor([-1], { dtype: 'int32' })),
    /^Embedding: index -1 is out of range \(want 0 … 2\)$/,
  ],
  [
    'a string for Dropout',
    () => new Dropout(0.5, { rng }).forward(wrong('x')),
    /^Dropout: wants a Variable or a Tensor, got string$/,
  ],
])

function watched(onStep: GRU['onStep']): GRU {
  return Object.assign(new GRU(3, 4, { rng }), { onStep })
}
