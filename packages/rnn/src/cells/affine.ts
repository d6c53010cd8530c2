import { add, concat, layerNorm, slice, type Variable } from '@unroll/autograd'
import type { LayerNorm } from '../modules/layer-norm.js'
import { linear } from '../modules/linear.js'

/** What stands between the gates of a cell and one thing that they see, its input or its state. */
export interface Affine {
  readonly weight: Variable
  readonly bias: Variable | undefined
  readonly norm: Pick<LayerNorm, 'weight' | 'bias' | 'eps'> | undefined
}

/** Rows from the first up to, but without, the second. */
export type Rows = readonly [from: number, to: number]

/**
 * W x + b, for x `[…, columns]`: `[…, rows]`. With a norm, LN(W x) + b (Ba et al. 2016, appendix), in which the rows of each group
 * have their own mean and variance.
 */
export function affine(x: Variable, side: Affine, groups: readonly Rows[]): Variable {
  if (!side.norm || groups.length === 1) return whole(x, side)
  return concat(
    groups.map((rows) => affineRows(x, side, rows)),
    -1,
  )
}

/** The same, but of some rows alone. */
export function affineRows(x: Variable, { weight, bias, norm }: Affine, rows: Rows): Variable {
  return whole(x, {
    weight: slice(weight, rows),
    bias: bias && slice(bias, rows),
    norm: norm && {
      weight: norm.weight && slice(norm.weight, rows),
      bias: norm.bias && slice(norm.bias, rows),
      eps: norm.eps,
    },
  })
}

function whole(x: Variable, { weight, bias, norm }: Affine): Variable {
  if (!norm) return linear(x, weight, bias)
  const normal = layerNorm(linear(x, weight, undefined), norm.weight, norm.bias, norm.eps)
  return bias ? add(normal, bias) : normal
}
