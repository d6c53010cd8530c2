import { variable } from '@unroll/autograd'
import {
  AdditiveAttention,
  DotAttention,
  GeneralAttention,
  MultiheadAttention,
  scaledDotProduct,
} from '@unroll/rnn'
import { Random, zeros } from '@unroll/tensor'
import { expectRefusals, wrong } from '../support/refusals.js'

const rng = new Random(1)
const [q, k, v] = [zeros([2, 3, 4]), zeros([2, 5, 4]), zeros([2, 5, 6])]
const multihead = new MultiheadAttention(4, 2, { vdim: 6, rng })
const timeFirst = new MultiheadAttention(4, 2, { batchFirst: false, rng })
const general = new GeneralAttention(3, 4, { rng })
const memory = general.over(k)
const bools = (shape: number[]) => zeros(shape, { dtype: 'bool' })

expectRefusals([
  [
    'keys of another size',
    () => scaledDotProduct(q, zeros([2, 5, 3]), v),
    /^scaledDotProduct: wants query \[…, T, D\], key \[…, S, D\] and value \[…, S, E\], got \[2, 3, 4\], \[2, 5, 3\], \[2, 5, 6\]$/,
  ],
  [
    'a scale that is none',
    () => scaledDotProduct(q, k, v, { scale: Number.NaN }),
    /^scaledDotProduct: scale is a finite number, got NaN$/,
  ],
  [
    'a memory that is not ready',
    () => general.read(zeros([2, 3]), wrong(k)),
    /^GeneralAttention: wants a memory that is ready to be read, as over gives it, got Tensor$/,
  ],
  [
    'null as lengths',
    () => multihead.forward(q, k, v, { lengths: wrong(null) }),
    /^MultiheadAttention: wants lengths as a Tensor or an array, got null$/,
  ],
  [
    'null as mask',
    () => multihead.forward(q, k, v, { mask: wrong(null) }),
    /^MultiheadAttention: wants a mask that is a Variable or a Tensor, got null$/,
  ],
  ['fewer values than keys', () => scaledDotProduct(q, k, q), /^scaledDotProduct: wants query .*, got /],
  ['a vector', () => scaledDotProduct(zeros([4]), k, v), /^scaledDotProduct: wants query .*, got \[4\],/],
  [
    'an array',
    () => scaledDotProduct(wrong([[1]]), k, v),
    /^scaledDotProduct: wants a Variable or a Tensor, got an array$/,
  ],
  [
    'batches of two sizes',
    () => scaledDotProduct(zeros([3, 3, 4]), k, v),
    /^scaledDotProduct: shapes do not broadcast/,
  ],
  [
    'a mask of another shape',
    () => scaledDotProduct(q, k, v, { mask: bools([5, 3]) }),
    /^scaledDotProduct: wants a mask that broadcasts to the scores \[2, 3, 5\], got \[5, 3\]$/,
  ],
  [
    'a mask with more axes',
    () => scaledDotProduct(q, k, v, { mask: bools([2, 2, 3, 5]) }),
    /^scaledDotProduct: wants a mask that broadcasts to the scores \[2, 3, 5\], got \[2, 2, 3, 5\]$/,
  ],
  [
    'a mask of ints',
    () => scaledDotProduct(q, k, v, { mask: zeros([3, 5], { dtype: 'int32' }) }),
    /^scaledDotProduct: wants a mask of bools \(true = attended\) or of floats \(added to the scores\), got int32$/,
  ],
  [
    'an array as mask',
    () => scaledDotProduct(q, k, v, { mask: wrong([true]) }),
    /^scaledDotProduct: wants a mask that is .*, got an array$/,
  ],
  [
    'causal by a number',
    () => scaledDotProduct(q, k, v, { causal: wrong(1) }),
    /^scaledDotProduct: causal is true or false, got 1$/,
  ],
  [
    'a length of 0',
    () => scaledDotProduct(q, k, v, { lengths: [0, 5] }),
    /^scaledDotProduct: wants lengths from 1 to 5 .*, got 0 for sequence 0$/,
  ],
  [
    'lengths without a batch',
    () => scaledDotProduct(zeros([3, 4]), zeros([5, 4]), zeros([5, 6]), { lengths: [5] }),
    /^scaledDotProduct: lengths are those of a batch: they want keys \[N, …, S, D\], got \[5, 4\]$/,
  ],
  [
    'dropout without a generator',
    () => scaledDotProduct(q, k, v, { dropout: 0.5 }),
    /^scaledDotProduct: wants \{ rng \}/,
  ],
  [
    'dropout of 2',
    () => scaledDotProduct(q, k, v, { dropout: 2, rng }),
    /^scaledDotProduct: a probability lies .*, got 2$/,
  ],

  [
    'heads that do not divide',
    () => new MultiheadAttention(5, 2, { rng }),
    /^MultiheadAttention: embedDim 5 is not a multiple of numHeads 2$/,
  ],
  ['no generator', () => new MultiheadAttention(4, 2, wrong()), /^MultiheadAttention: wants \{ rng \}/],
  [
    'kdim of 0',
    () => new MultiheadAttention(4, 2, { kdim: 0, rng }),
    /^MultiheadAttention: kdim is a positive integer, got 0$/,
  ],
  [
    "the value of a size that is the key's",
    () => multihead.forward(q, k, k),
    /^MultiheadAttention: wants query \[N, T, 4\], key \[N, S, 4\] and value \[N, S, 6\] \(without a batch, no N\), got \[2, 3, 4\], \[2, 5, 4\], \[2, 5, 4\]$/,
  ],
  [
    'another batch',
    () => multihead.forward(zeros([1, 3, 4]), k, v),
    /^MultiheadAttention: wants query .*, got \[1, 3, 4\]/,
  ],
  [
    'a batch for the keys alone',
    () => multihead.forward(zeros([3, 4]), k, v),
    /^MultiheadAttention: wants query .*, got \[3, 4\]/,
  ],
  [
    'time first, other batches',
    () => timeFirst.forward(zeros([3, 2, 4]), zeros([5, 1, 4])),
    /^MultiheadAttention: wants query \[T, N, 4\], key \[S, N, 4\] and value \[S, N, 4\]/,
  ],
  [
    'a mask of keys by batch',
    () => multihead.forward(q, k, v, { mask: bools([2, 5]) }),
    /^MultiheadAttention: wants a mask that broadcasts to the scores \[2, 2, 3, 5\], got \[2, 5\]$/,
  ],
  [
    'one length for two',
    () => multihead.forward(q, k, v, { lengths: [5] }),
    /wants lengths \[2\] int32, one for each sequence, got \[1\] int32$/,
  ],

  [
    "a padding mask by PyTorch's name, which means the opposite",
    () => multihead.forward(q, k, v, wrong({ keyPaddingMask: bools([2, 5]) })),
    /^MultiheadAttention: has no option keyPaddingMask/,
  ],
  [
    'an additive layer of no size',
    () => new AdditiveAttention(3, 4, 0, { rng }),
    /^AdditiveAttention: hiddenSize is a positive integer, got 0$/,
  ],
  [
    'queries of no size',
    () => new GeneralAttention(0, 4, { rng }),
    /^GeneralAttention: querySize is a positive integer, got 0$/,
  ],
  [
    'scaled by a number',
    () => new DotAttention(3, { scaled: wrong(2) }),
    /^DotAttention: scaled is true or false, got 2$/,
  ],
  [
    'a memory of another size',
    () => general.over(zeros([2, 5, 3])),
    /^GeneralAttention: wants a memory \[N, S, 4\], got \[2, 5, 3\]$/,
  ],
  [
    'a memory without a batch',
    () => general.over(zeros([5, 4])),
    /^GeneralAttention: wants a memory \[N, S, 4\], got \[5, 4\]$/,
  ],
  [
    'lengths and a mask',
    () => general.over(k, { lengths: [5, 5], mask: bools([2, 5]) }),
    /^GeneralAttention: lengths and mask say the same/,
  ],
  [
    'a mask of floats',
    () => general.over(k, { mask: zeros([2, 5]) }),
    /^GeneralAttention: wants a mask \[2, 5\] of bools, got \[2, 5\] float32$/,
  ],
  [
    'a mask that is a variable',
    () => general.over(k, { mask: wrong(variable(zeros([2, 5]))) }),
    /^GeneralAttention: wants a mask that is a Tensor, got Variable$/,
  ],
  [
    'a query of another size',
    () => general.read(zeros([2, 4]), memory),
    /^GeneralAttention: wants a query \[2, 3\] or \[2, T, 3\], got \[2, 4\]$/,
  ],
  [
    'a query of another batch',
    () => general.read(zeros([1, 3]), memory),
    /^GeneralAttention: wants a query \[2, 3\] .*, got \[1, 3\]$/,
  ],
])
