import * as F from '@unroll/autograd'

type OpFunction = (inputs: Record<string, F.Variable>) => F.Variable | F.Variable[]

/** Every case of the category `op`, written with this package: the manifest has its PyTorch expression under `expr`. */
export const opFunctions: Readonly<Record<string, OpFunction>> = {
  add__col_row: ({ a, b }) => a.add(b),
  add__zero_size: ({ a, b }) => a.add(b),
  mul__col_row: ({ a, b }) => a.mul(b),
  mul__scalar0d: ({ a, b }) => a.mul(b),
  mul__self_reuse: ({ a }) => a.mul(a).add(a),
  div__col_row: ({ a, b }) => a.div(b),
  div__middle: ({ a, b }) => a.div(b),
  pow__square: ({ a }) => a.pow(2),
  pow__half: ({ a }) => a.pow(0.5),
  pow__zero: ({ a }) => a.pow(0),
  pow__scalar_base: ({ a }) => F.pow(2, a),
  maximum__ties: ({ a, b }) => a.maximum(b),
  minimum__ties: ({ a, b }) => a.minimum(b),

  exp: ({ a }) => a.exp(),
  tanh: ({ a }) => a.tanh(),
  tanh__extreme: ({ a }) => a.tanh(),
  neg: ({ a }) => a.neg(),
  square: ({ a }) => a.square(),
  sqrt: ({ a }) => a.sqrt(),
  log1p: ({ a }) => a.log1p(),
  abs: ({ a }) => a.abs(),
  softplus: ({ a }) => a.softplus(),
  softplus__extreme: ({ a }) => a.softplus(),
  gelu__tanh: ({ a }) => a.gelu('tanh'),
  silu: ({ a }) => a.silu(),

  matmul__1d_1d: ({ a, b }) => a.matmul(b),
  matmul__1d_2d: ({ a, b }) => a.matmul(b),
  matmul__3d_2d: ({ a, b }) => a.matmul(b),
  matmul__3d_1d: ({ a, b }) => a.matmul(b),
  matmul__transposed: ({ a, b }) => a.transpose().matmul(b.transpose()),
  matmul__self: ({ a }) => a.matmul(a).matmul(a.transpose()),

  sum__all: ({ a }) => a.sum(),
  sum__dim_neg: ({ a }) => a.sum(-1),
  sum__dims_keep: ({ a }) => a.sum([0, 2], { keepDims: true }),
  mean__dim_neg: ({ a }) => a.mean(-1),
  max__all: ({ a }) => a.max(),
  max__all_ties: ({ a }) => a.max(),
  max__dim: ({ a }) => [a.max(1), a.argmax(1)],
  amax__ties: ({ a }) => a.max(0),
  var__biased_keep: ({ a }) => a.variance([0, 1], { correction: 0, keepDims: true }),
  softmax__dim0: ({ a }) => a.softmax(0),
  softmax__dimm1: ({ a }) => a.softmax(-1),
  softmax__large: ({ a }) => a.softmax(-1),

  transpose: ({ a }) => a.transpose(0, 2),
  permute: ({ a }) => a.permute([2, 0, 1]),
  reshape__infer: ({ a }) => a.reshape([4, -1]),
  squeeze_unsqueeze: ({ a }) => a.squeeze(1).unsqueeze(-1),
  cat__dim_neg: ({ a, b }) => F.concat([a, b], -1),
  cat__same_twice: ({ a }) => F.concat([a, a.mul(2)], 1),
  split__uneven: ({ a }) => a.split([1, 4, 2], 1),
  split__size: ({ a }) => a.split(3, 0),
  chunk: ({ a }) => a.chunk(4, -1),

  gather__dim1_dups: ({ a, idx }) => a.gather(1, idx),
  gather__3d: ({ a, idx }) => a.gather(2, idx),
  index_select__dim1: ({ a, idx }) => a.indexSelect(1, idx),

  diamond: ({ a }) => {
    const h = a.exp()
    return h.mul(2).tanh().mul(h.add(1).sigmoid()).add(h)
  },
  bias_broadcast_chain: ({ x, w, b, s }) => x.matmul(w.transpose()).add(b).tanh().mean(0).mul(s),
}
