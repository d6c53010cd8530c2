import * as T from '@unroll/tensor'
import { arange, tensor, UnrollError, zeros } from '@unroll/tensor'
import { expect, test } from 'vitest'

const { NaN, POSITIVE_INFINITY: Infinity } = Number
const x = zeros([2, 3])
const scalar = tensor(1)
const int = (values: number[]) => tensor(values, { dtype: 'int32' })
const ints = int([1, 2])
/** What types forbid, and JavaScript does not. */
const wrong = (value: unknown) => value as never

const calls: [call: () => unknown, message: RegExp][] = [
  // operands
  [() => T.add(x, zeros([2])), /^add: shapes do not broadcast: \[2, 3\] and \[2\] \(3 ≠ 2 at axis -1\)$/],
  [
    () => T.mul(zeros([4, 1]), zeros([3, 2])),
    /^mul: shapes do not broadcast: \[4, 1\] and \[3, 2\] \(4 ≠ 3 at axis -2\)$/,
  ],
  [() => T.less(x, zeros([4])), /^less: shapes do not broadcast/],
  [
    () => T.exp(wrong([1, 2])),
    /^exp: wants a Tensor or a number, got an array \(make a tensor of it with tensor\(\[\.\.\.\]\)\)$/,
  ],
  [() => T.sub(x, wrong('1')), /^sub: wants a Tensor or a number, got string$/],
  [() => T.relu(wrong(undefined)), /^relu: wants a Tensor or a number, got undefined$/],
  [() => T.sum(wrong(null)), /^sum: wants a Tensor or a number, got null$/],
  [() => T.softmax(wrong(new Date(0))), /^softmax: wants a Tensor or a number, got Date$/],
  [() => T.where(x, zeros([2]), 0), /^where: shapes do not broadcast: \[2, 3\] and \[2\]/],
  [
    () => T.pow(ints, int([-1, 1])),
    /^pow: an int to a negative power is a fraction; convert the base to float32 first$/,
  ],
  [() => T.pow(ints, -2), /^pow: an int to a negative power/],
  [() => T.cast(x, wrong('int64')), /^cast: dtype is one of bool, int32, float32, float64, got int64$/],
  [() => T.allClose(x, zeros([2])), /^allClose: shapes do not broadcast/],
  [() => T.allClose(x, x, { rtol: -1 }), /^allClose: wants tolerances ≥ 0, got rtol -1 and atol 1e-8$/],
  [() => T.allClose(x, x, { atol: NaN }), /^allClose: wants tolerances ≥ 0/],
  [() => T.arrayEqual(x, wrong([0])), /^arrayEqual: wants a Tensor or a number/],
  // parameters
  [() => T.clamp(x, 2, 1), /^clamp: wants low ≤ high, got 2 and 1$/],
  [() => T.clamp(x, NaN), /^clamp: wants low ≤ high, got NaN and Infinity$/],
  [() => T.clamp(ints, Infinity), /^clamp: wants low ≤ high/],
  [() => T.leakyRelu(x, NaN), /^leakyRelu: wants a finite slope, got NaN$/],
  [() => T.elu(x, Infinity), /^elu: wants a finite alpha, got Infinity$/],
  [() => T.gelu(x, wrong('erf')), /^gelu: approximate is 'none' or 'tanh', got erf$/],
  // reductions
  [() => T.sum(x, 2), /^sum: axis 2 is out of range for a tensor of rank 2 \(want -2 … 1\)$/],
  [() => T.mean(x, -3), /^mean: axis -3 is out of range/],
  [() => T.max(x, 0.5), /^max: axis 0.5 is out of range/],
  [
    () => T.prod(scalar, 0),
    /^prod: axis 0 is out of range for a tensor of rank 0 \(want no axis: it is a scalar\)$/,
  ],
  [() => T.sum(x, [0, -2]), /^sum: an axis is named twice in \[0, 0\]$/],
  [() => T.sum(x, wrong({ keepDims: true })), /^sum: axis is a number or an array of numbers, got object$/],
  [() => T.max(zeros([0, 3]), 0), /^max: nothing to choose from: shape \[0, 3\] over axes \[0\]$/],
  [() => T.min(zeros([0])), /^min: nothing to choose from/],
  [() => T.argmax(zeros([2, 0]), 1), /^argmax: nothing to choose from: shape \[2, 0\]$/],
  [() => T.argmin(zeros([0])), /^argmin: nothing to choose from/],
  [() => T.argmax(x, wrong([0, 1])), /^argmax: axis 0,1 is out of range/],
  [() => T.mean(zeros([0])), /^mean: nothing to take it of: shape \[0\] has no elements along the axes$/],
  [() => T.variance(zeros([2, 1]), 1), /^variance: 1 values leave no degree of freedom at correction 1/],
  [() => T.std(zeros([0])), /^std: nothing to take it of/],
  [() => T.std(x, 0, { correction: 2 }), /^std: 2 values leave no degree of freedom at correction 2/],
  [
    () => T.variance(x, 0, { correction: NaN }),
    /^variance: 2 values leave no degree of freedom at correction NaN/,
  ],
  [() => T.cumsum(scalar), /^cumsum: axis -1 is out of range for a tensor of rank 0/],
  [() => T.softmax(x, 2), /^softmax: axis 2 is out of range/],
  [() => T.logSoftmax(scalar), /^logSoftmax: axis -1 is out of range/],
  // matmul
  [
    () => T.matmul(zeros([32, 128]), zeros([64, 256])),
    /^matmul: inner dimensions differ: \[32, 128\] x \[64, 256\] \(128 ≠ 64\)$/,
  ],
  [() => T.matmul(zeros([3]), zeros([2])), /^matmul: inner dimensions differ: \[3\] x \[2\] \(3 ≠ 2\)$/],
  [
    () => T.matmul(scalar, x),
    /^matmul: wants vectors or matrices, got \[\] x \[2, 3\]; use mul for scalars$/,
  ],
  [() => T.matmul(zeros([2, 3, 4]), zeros([5, 4, 3])), /^matmul: .*\(2 ≠ 5 at axis -\d\)$/],
  // shapes
  [() => T.reshape(x, [4]), /^reshape: \[2, 3\] \(6 elements\) to \[4\]: want 4 elements$/],
  [() => T.reshape(x, [-1, 4]), /^reshape: .* 6 is not a multiple of 4, so -1 cannot be worked out$/],
  [() => T.reshape(x, [-1, -1]), /^reshape: .* only one length may be -1$/],
  [() => T.reshape(zeros([0]), [0, -1]), /^reshape: .* -1 cannot be worked out$/],
  [
    () => T.reshape(x, [-2, 3]),
    /^reshape: a shape is made of non-negative integers \(or -1\), got \[-2, 3\]$/,
  ],
  [() => T.reshape(x, wrong(6)), /^reshape: a shape is an array of lengths, got 6$/],
  [() => T.flatten(x, 1, 0), /^flatten: start axis 1 comes after end axis 0$/],
  [() => T.flatten(x, 2), /^flatten: axis 2 is out of range/],
  [() => T.transpose(zeros([3])), /^transpose: axis -2 is out of range for a tensor of rank 1/],
  [() => T.permute(x, [0]), /^permute: wants each of the 2 axes of \[2, 3\] once, got \[0\]$/],
  [() => T.permute(x, [0, 0]), /^permute: an axis is named twice in \[0, 0\]$/],
  [() => T.permute(x, wrong(1)), /^permute: wants each of the 2 axes/],
  [() => T.squeeze(x, 0), /^squeeze: axis 0 of \[2, 3\] has length 2, want 1$/],
  [() => T.unsqueeze(x, 4), /^unsqueeze: axis 4 is out of range for a tensor of rank 3/],
  [() => T.expand(x, [3, 3]), /^expand: shapes do not broadcast: \[2, 3\] and \[3, 3\]/],
  [() => T.expand(x, [3]), /^expand: \[2, 3\] does not broadcast to \[3\]$/],
  [() => T.expand(x, [-1, 2, 3]), /^expand: a shape is made of non-negative integers, got \[-1, 2, 3\]$/],
  [() => T.expand(x, wrong(3)), /^expand: a shape is an array of lengths, got 3$/],
  [
    () => x.broadcastTo([2.5, 2, 3]),
    /^broadcastTo: a shape is made of non-negative integers, got \[2.5, 2, 3\]$/,
  ],
  [() => T.slice(x, 2), /^slice: index 2 is out of range for axis 0 of \[2, 3\]$/],
  [() => T.slice(x, null, -4), /^slice: index -4 is out of range for axis 1/],
  [() => T.slice(x, 0.5), /^slice: index 0.5 is out of range/],
  [() => T.slice(x, 0, 0, 0), /^slice: 3 specs for shape \[2, 3\] of rank 2$/],
  [() => T.slice(x, [0, 1, 0]), /^slice: step must not be 0$/],
  [() => T.slice(x, [0, 1.5]), /^slice: a range is made of integers, got \[0, 1.5\]$/],
  [() => T.flip(x, 2), /^flip: axis 2 is out of range/],
  [
    () =>
      T.pad(x, [
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    /^pad: wants at most one \[before, after\] an axis of \[2, 3\], got \[\[1,1\],\[1,1\],\[1,1\]\]$/,
  ],
  [() => T.pad(x, wrong(1)), /^pad: wants at most one/],
  [() => T.pad(x, [[1, -1]]), /^pad: widths are pairs of non-negative integers, got \[1,-1\]$/],
  [() => T.pad(x, wrong([1, 1])), /^pad: widths are pairs of non-negative integers, got 1$/],
  [() => T.pad(ints, [[1, 1]], 0.5), /^pad: 0.5 is not an int32 \(want an integer from -2³¹ to 2³¹ − 1\)$/],
  // joining and splitting
  [() => T.concat([]), /^concat: wants an array of at least one tensor, got none$/],
  [() => T.concat(wrong(x)), /^concat: wants an array of at least one tensor, got object$/],
  [() => T.concat([x, zeros([2, 4])]), /^concat: shapes must agree but along axis 0: \[2, 3\], \[2, 4\]$/],
  [() => T.concat([x, zeros([3])]), /^concat: shapes must agree/],
  [() => T.concat([scalar, scalar]), /^concat: axis 0 is out of range for a tensor of rank 0/],
  [() => T.stack([]), /^stack: wants an array of at least one tensor, got none$/],
  [() => T.stack([x, zeros([3, 2])]), /^stack: shapes differ: \[2, 3\], \[3, 2\]$/],
  [() => T.stack([x], 4), /^stack: axis 4 is out of range for a tensor of rank 3/],
  [() => T.split(x, 0), /^split: wants a positive size, got 0$/],
  [
    () => T.split(x, [1, 3], 1),
    /^split: sizes \[1, 3\] do not add up to 3, the length of axis 1 of \[2, 3\]$/,
  ],
  [() => T.split(x, [3, -1]), /^split: sizes \[3, -1\] do not add up to 2/],
  [() => T.chunk(x, 0), /^chunk: wants a positive number of parts, got 0$/],
  [() => T.chunk(x, 2, 5), /^chunk: axis 5 is out of range/],
  [() => T.unbind(scalar), /^unbind: axis 0 is out of range for a tensor of rank 0/],
  // indices
  [() => T.gather(x, 1, int([0])), /^gather: index \[1\] does not fit \[2, 3\] along axis 1$/],
  [() => T.gather(x, 1, tensor([[0]])), /^gather: wants an index of dtype int32, got float32$/],
  [() => T.gather(x, 1, wrong([[0]])), /^gather: wants an index Tensor, got object$/],
  [
    () => T.gather(tensor([1, 2]), 0, int([0, 2])),
    /^gather: index 2 is out of range for axis 0 of \[2\] \(want 0 … 1\)$/,
  ],
  [() => T.gather(tensor([1, 2]), 0, int([-1])), /^gather: index -1 is out of range/],
  [() => T.gather(x, 2, int([0])), /^gather: axis 2 is out of range/],
  [
    () => T.gather(x, 1, tensor([[0], [0], [0]], { dtype: 'int32' })),
    /^gather: index \[3, 1\] does not fit \[2, 3\] along axis 1$/,
  ],
  [
    () => T.scatterAdd(x, 1, tensor([[0], [0], [0]], { dtype: 'int32' }), zeros([3, 1])),
    /^scatterAdd: index \[3, 1\] does not fit \[2, 3\] along axis 1$/,
  ],
  [
    () => T.indexSelect(x, 0, tensor([[0]], { dtype: 'int32' })),
    /^indexSelect: wants a vector of indices, got shape \[1, 1\]$/,
  ],
  [() => T.indexSelect(x, 0, int([2])), /^indexSelect: index 2 is out of range for axis 0 of \[2, 3\]/],
  [() => T.scatterAdd(x, 0, int([0]), 1), /^scatterAdd: index \[1\] does not fit \[2, 3\] along axis 0$/],
  [
    () => T.scatterAdd(tensor([1, 2]), 0, int([0]), zeros([2])),
    /^scatterAdd: source \[2\] and index \[1\] must have one shape$/,
  ],
  [() => T.scatterAdd(tensor([1, 2]), 0, int([5]), zeros([1])), /^scatterAdd: index 5 is out of range/],
  // creation
  [() => tensor([[1, 2], [3]]), /^tensor: uneven nesting at \[1\]: got an array of 1, want one of 2/],
  [() => tensor([[1], 2]), /^tensor: uneven nesting at \[1\]: got a number, want an array of 1$/],
  [() => tensor([1, [2]]), /^tensor: uneven nesting at \[1\]: got an array of 1, want a number/],
  [() => tensor(wrong(['a'])), /^tensor: wants numbers or booleans, got string at \[0\]$/],
  [() => tensor(wrong(null)), /^tensor: wants numbers or booleans, got null$/],
  [() => tensor(wrong([1, undefined])), /^tensor: wants numbers or booleans, got undefined at \[1\]$/],
  [() => tensor([1, 2, 3], { shape: [2, 2] }), /^tensor: shape \[2, 2\] wants 4 values, got 3$/],
  [
    () => tensor([1], { dtype: wrong('float16') }),
    /^tensor: dtype is one of bool, int32, float32, float64, got float16$/,
  ],
  [() => int([1, 1.5]), /^tensor: 1.5 is not an int32 \(want an integer from -2³¹ to 2³¹ − 1\)$/],
  [() => int([2 ** 31]), /^tensor: 2147483648 is not an int32/],
  [() => int([-(2 ** 31) - 1]), /^tensor: -2147483649 is not an int32/],
  [() => int([NaN]), /^tensor: NaN is not an int32/],
  [() => tensor(Float32Array.of(0.5), { dtype: 'int32' }), /^tensor: 0.5 is not an int32/],
  [
    () => tensor(Uint8Array.of(1, 65)),
    /^tensor: a Uint8Array is read as bools, but this one holds 65: give the dtype that you want$/,
  ],
  [() => zeros(wrong(3)), /^zeros: a shape is an array of lengths, got 3$/],
  [() => zeros([2, -1]), /^zeros: a shape is made of non-negative integers, got \[2, -1\]$/],
  [() => T.ones([0.5]), /^ones: a shape is made of non-negative integers, got \[0.5\]$/],
  [() => T.ones([1], { dtype: wrong('int') }), /^ones: dtype is one of .*, got int$/],
  [() => zeros([2 ** 30, 2 ** 30]), /^allocate: no room for 1152921504606847000 elements of float32$/],
  [() => T.full([2], NaN, { dtype: 'int32' }), /^full: NaN is not an int32/],
  [() => T.full([2], 0.5, { dtype: 'int32' }), /^full: 0.5 is not an int32/],
  [() => T.full([2], wrong(undefined)), /^full: wants a number, got undefined$/],
  [() => arange(0, 1, 0), /^arange: wants finite bounds and a step other than 0, got 0, 1, 0$/],
  [() => arange(Infinity), /^arange: wants finite bounds/],
  [() => arange(0, 1, 0.25, { dtype: 'int32' }), /^arange: 0.25 is not an int32/],
  [() => T.linspace(0, 1, -1), /^linspace: .* got \[-1\]$/],
  [() => T.linspace(0, NaN, 3), /^linspace: wants finite bounds, got 0 and NaN$/],
  [() => T.linspace(0, 1, 3, { dtype: 'int32' }), /^linspace: 0.5 is not an int32/],
  [() => T.eye(-1), /^eye: a shape is made of non-negative integers, got \[-1, -1\]$/],
  [() => T.oneHot(int([0, 3]), 3), /^oneHot: index 3 is out of range \(want 0 … 2\)$/],
  [() => T.oneHot(int([-1]), 3), /^oneHot: index -1 is out of range/],
  [() => T.oneHot(tensor([0]), 3), /^oneHot: wants indices of dtype int32, got float32$/],
  [() => T.oneHot(wrong([0]), 3), /^oneHot: wants a Tensor of indices, got object$/],
  [() => T.oneHot(int([0]), 1.5), /^oneHot: a shape is made of non-negative integers/],
  // the tensor itself
  [() => T.Tensor.from(new Float32Array(3), [2]), /^Tensor.from: shape \[2\] wants 2 values, got 3$/],
  [
    () => T.Tensor.from(wrong(new ArrayBuffer(2)), [2]),
    /^Tensor.from: shape \[2\] wants 2 values, got undefined$/,
  ],
  [
    () => T.Tensor.from(wrong(new Int8Array(2)), [2]),
    /^Tensor: the storage is not a typed array of a known dtype$/,
  ],
  [() => x.item(), /^item: wants a tensor of one element, got shape \[2, 3\]$/],
  [() => zeros([0]).item(), /^item: wants a tensor of one element, got shape \[0\]$/],
  [() => x.get(1), /^get: wants an index of 2 numbers for shape \[2, 3\], got \[1\]$/],
  [() => x.get(0, 3), /^get: index \[0, 3\] is out of range for shape \[2, 3\]$/],
  [() => x.get(-3, 0), /^get: index \[-3, 0\] is out of range/],
  [() => x.get(0, 0.5), /^get: index \[0, 0.5\] is out of range/],
  [() => x.set([0], 1), /^set: wants an index of 2 numbers/],
  [() => x.set([0, 0], wrong('1')), /^set: wants a number, got string$/],
  [() => x.fill(wrong(undefined)), /^fill: wants a number, got undefined$/],
  [() => [...scalar], /^iterator: a scalar has no axis to iterate over$/],
]

test.each(calls.map(([call, message]) => ({ call, message })))('$message', ({ call, message }) => {
  expect(call).toThrow(UnrollError)
  expect(call).toThrow(message)
})
