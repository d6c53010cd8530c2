import { cumsum, layerNorm, logSoftmax, softmax, type Variable } from '@unroll/autograd'
import { axisOf, tensors } from '@unroll/autograd/testing'
import fc from 'fast-check'
import { type Cases, casesWith, small } from './common.js'

export const lastAxis = {
  cumsum: along(cumsum),
  softmax: along(softmax),
  logSoftmax: along(logSoftmax),
  layerNorm: normalized(),
} satisfies Record<string, Cases>

function along(f: (x: Variable, axis: number) => Variable): Cases {
  return casesWith({ minRank: 1 }, ({ shape }) => axisOf(shape), f)
}

/** With a weight or a bias, both or neither; clear of rows of equal values, next to which it is steep. */
function normalized(): Cases {
  return fc
    .tuple(tensors({ ...small, minRank: 1, expanded: false }), fc.constantFrom(0.25, 1), fc.nat(3))
    .filter(([x]) => x.shape[x.rank - 1] > 1 && x.std(-1).data.every((deviation) => deviation > 0.5))
    .chain(([x, eps, n]) => {
      const row = tensors({ ...small, shape: x.shape.slice(-1) })
      const [weight, bias] = [n & 1, n & 2]
      return fc.tuple(row, row).map(([w, b]) => ({
        f: (v: Variable, ...rest: Variable[]) =>
          layerNorm(v, weight ? rest[0] : undefined, bias ? rest[weight] : undefined, eps),
        inputs: [x, ...(weight ? [w] : []), ...(bias ? [b] : [])],
        eps,
      }))
    })
}
