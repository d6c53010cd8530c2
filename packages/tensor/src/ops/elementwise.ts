import { isFloat, promote, toFloat } from '../dtype.js'
import { fail } from '../errors.js'
import { type TensorLike, toTensor } from '../operand.js'
import type { Tensor } from '../tensor.js'
import { floatMap, map, mapWith } from './define.js'

/** −x */
export const neg = map('neg')
/** |x| */
export const abs = map('abs')
/** −1, 0 or 1 */
export const sign = map('sign')
/** x² */
export const square = map('square')
/** 1 / x */
export const reciprocal = floatMap('reciprocal')
/** √x */
export const sqrt = floatMap('sqrt')
/** 1 / √x */
export const rsqrt = floatMap('rsqrt')
/** eˣ */
export const exp = floatMap('exp')
/** eˣ − 1, exact near 0 */
export const expm1 = floatMap('expm1')
/** The natural logarithm. */
export const log = floatMap('log')
/** log(1 + x), exact near 0 */
export const log1p = floatMap('log1p')
export const sin = floatMap('sin')
export const cos = floatMap('cos')
/** The error function, 2/√π ∫₀ˣ e^−t² dt */
export const erf = floatMap('erf')
export const tanh = floatMap('tanh')
/** 1 / (1 + e^−x) */
export const sigmoid = floatMap('sigmoid')
/** max(x, 0) */
export const relu = map('relu')
/** log(1 + eˣ) */
export const softplus = floatMap('softplus')
/** x · sigmoid(x), also called swish (Elfwing et al. 2018) */
export const silu = floatMap('silu')

/** x where x > 0, else slope · x (Maas et al. 2013) @throws UnrollError when the slope is not finite. */
export function leakyRelu(x: TensorLike, slope = 0.01): Tensor {
  if (!Number.isFinite(slope)) fail('leakyRelu', `wants a finite slope, got ${slope}`)
  return mapWith('leakyRelu', x, toFloat, (k, v) => k.leakyRelu(v, slope))
}

/** x where x > 0, else alpha · (eˣ − 1) (Clevert et al. 2016) @throws UnrollError when alpha is not finite. */
export function elu(x: TensorLike, alpha = 1): Tensor {
  if (!Number.isFinite(alpha)) fail('elu', `wants a finite alpha, got ${alpha}`)
  return mapWith('elu', x, toFloat, (k, v) => k.elu(v, alpha))
}

/** How `gelu` is computed: by the error function, or by the tanh that approximates it. */
export type GeluApproximation = 'none' | 'tanh'

/** x · Φ(x), Φ the distribution function of the normal distribution (Hendrycks & Gimpel 2016) */
export function gelu(x: TensorLike, approximate: GeluApproximation = 'none'): Tensor {
  if (approximate !== 'none' && approximate !== 'tanh')
    fail('gelu', `approximate is 'none' or 'tanh', got ${String(approximate)}`)
  return mapWith('gelu', x, toFloat, (k, v) => (approximate === 'tanh' ? k.geluTanh(v) : k.gelu(v)))
}

/**
 * x held within [low, high]. A bound that is infinite does not hold on that side.
 * @throws UnrollError when low > high, either is NaN, or nothing finite lies between them.
 */
export function clamp(
  x: TensorLike,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): Tensor {
  if (!(low <= high && low < Number.POSITIVE_INFINITY && high > Number.NEGATIVE_INFINITY))
    fail('clamp', `wants low ≤ high, got ${low} and ${high}`)
  const { dtype } = toTensor('clamp', x)
  const fitInt32 = [low, high].every((bound) => !Number.isFinite(bound) || bound === (bound | 0))
  const accept = !isFloat(dtype) && fitInt32 ? () => promote(dtype, 'int32') : toFloat
  return mapWith('clamp', x, accept, (k, v) => k.clamp(v, low, high))
}
