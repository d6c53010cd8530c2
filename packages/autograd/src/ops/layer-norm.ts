import * as T from '@unroll/tensor'
import { toVariable } from '../operand.js'
import type { Operand, Variable } from '../variable.js'
import { add, mul, sub } from './arithmetic.js'
import { rsqrt, square } from './elementwise.js'
import { fused } from './fused.js'
import { mean } from './reduce.js'
import { cast } from './reshape.js'

/**
 * y = x̂ · weight + bias, x̂ = (x − mean) / √(variance + eps) along the last axis (Ba, Kiros & Hinton 2016);
 * weight and bias `[C]`, or left out.
 *
 * dx = (g − mean g − x̂ · mean(g · x̂)) / √(variance + eps) with g = dy · weight;  dweight = Σ dy · x̂,  dbias = Σ dy
 */
export function layerNorm(x: Operand, weight?: Operand, bias?: Operand, eps = 1e-5): Variable {
  const given = [x, weight, bias].map((operand) =>
    operand === undefined ? undefined : toVariable('layerNorm', operand),
  )
  const dtype = given.reduce((d, v) => (v ? T.promote(d, v.dtype) : d), 'float32' as T.DType)
  const inputs = given.flatMap((v) => (v ? [v.dtype === dtype ? v : cast(v, dtype)] : []))
  /** The inputs in their places. */
  const place = <V>(values: readonly V[]): [x: V, weight: V | undefined, bias: V | undefined] => [
    values[0],
    weight === undefined ? undefined : values[1],
    bias === undefined ? undefined : values[values.length - 1],
  ]
  const [y] = fused(
    'layerNorm',
    inputs,
    () => {
      const { y, backward } = T.layerNormed(...place(inputs.map((v) => v.value)), eps)
      return {
        outputs: [y],
        backward: ([dy]) => {
          if (!dy) return []
          const d = backward(dy)
          return [d.x, ...(weight === undefined ? [] : [d.weight]), ...(bias === undefined ? [] : [d.bias])]
        },
      }
    },
    (...values) => [composed(...place(values), eps)],
  )
  return y
}

function composed(
  x: Variable,
  weight: Variable | undefined,
  bias: Variable | undefined,
  eps: number,
): Variable {
  const deviation = sub(x, mean(x, -1, { keepDims: true }))
  const normal = mul(deviation, rsqrt(add(mean(square(deviation), -1, { keepDims: true }), eps)))
  const scaled = weight ? mul(normal, weight) : normal
  return bias ? add(scaled, bias) : scaled
}
