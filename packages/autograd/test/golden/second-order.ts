import * as F from '@unroll/autograd'

type ScalarFunction = (inputs: Record<string, F.Variable>) => F.Variable

/** The scalar functions of the category `second_order`: the manifest has them under `f`. */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  tanh_matmul_sq: ({ x, w }) => x.matmul(w).tanh().sum().square(),

  logsumexp: ({ a }) => a.logSumExp(1).square().sum(),

  softmax_attention: ({ q, k, v }) => q.matmul(k.transpose()).div(2).softmax(-1).matmul(v).square().sum(),

  layernorm: ({ x, w, b }) => {
    const deviation = x.sub(x.mean(-1, { keepDims: true }))
    const scale = x.variance(-1, { correction: 0, keepDims: true }).add(1e-5).rsqrt()
    return deviation.mul(scale).mul(w).add(b).tanh().square().sum()
  },

  indexing: ({ x, i }) => {
    const rows = x.indexSelect(0, i).exp()
    const column = x.slice(null, [1, 3]).tanh().sum(1, { keepDims: true })
    return F.concat([rows, column.expand([3, 2])], 1)
      .prod(1)
      .sum()
  },

  lstm_unrolled: ({ x, h0, c0, w_ih, w_hh, b }) => {
    let [h, c] = [h0, c0]
    for (const x_t of x.unbind(0)) {
      const gates = x_t.matmul(w_ih.transpose()).add(h.matmul(w_hh.transpose())).add(b)
      const [i, f, g, o] = gates.chunk(4, -1)
      c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()))
      h = o.sigmoid().mul(c.tanh())
    }
    return h.square().sum().add(c.pow(3).sum())
  },
}
