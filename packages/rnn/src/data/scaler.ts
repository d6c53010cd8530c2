import { add, cast, div, mul, sub, Variable, where } from '@unroll/autograd'
import { fail, formatShape, isFloat, type Tensor, tensor } from '@unroll/tensor'
import { asVariable } from '../modules/input.js'
import { type PaddingOptions, realSteps } from './real-steps.js'

/**
 * y = (x − shift) / scale for each feature, and back. Features are on the last axis: `[N, F]`, `[B, T, F]`.
 *
 * It is reckoned in float64 and then rounded to the dtype of x, so that little is lost where a mean is large beside the
 * deviation.
 */
export abstract class Scaler {
  readonly #shift: Tensor
  readonly #scale: Tensor

  constructor(shift: readonly number[], scale: readonly number[]) {
    this.#shift = tensor(shift, { dtype: 'float64' })
    this.#scale = tensor(scale, { dtype: 'float64' })
  }

  /** The number of features, F. */
  get features(): number {
    return this.#shift.size
  }

  /**
   * `[…, F]` to `[…, F]`, floats. Gradients flow through it.
   * @throws UnrollError when x has other features.
   */
  transform<X extends Tensor | Variable>(x: X, options: PaddingOptions = {}): X {
    return this.#map('transform', x, options, (v) => div(sub(v, this.#shift), this.#scale))
  }

  /**
   * The inverse of `transform`, exact to rounding.
   * @throws UnrollError when y has other features: of a model that tells some of them only, see `columns`.
   */
  inverse<X extends Tensor | Variable>(y: X, options: PaddingOptions = {}): X {
    return this.#map('inverse', y, options, (v) => add(mul(v, this.#scale), this.#shift))
  }

  /** The same for some of the features, in that order: for targets that are columns of the inputs. */
  abstract columns(columns: readonly number[]): Scaler

  /** Plain data, from which `fromState` makes the same scaler. */
  abstract readonly state: unknown

  #map<X extends Tensor | Variable>(
    name: string,
    x: X,
    options: PaddingOptions,
    f: (x: Variable) => Variable,
  ): X {
    const op = `${this.constructor.name}.${name}`
    const given = asVariable(op, x)
    const { shape } = given
    if (shape.length < 2 || shape[shape.length - 1] !== this.features)
      fail(op, `wants [N, ${this.features}] or [B, T, ${this.features}], got ${formatShape(shape)}`)
    const dtype = isFloat(given.dtype) ? given.dtype : 'float32'
    const steps = realSteps(op, shape, options)
    const mapped = cast(f(cast(given, 'float64')), dtype)
    const y = steps ? where(steps.unsqueeze(-1), mapped, cast(given, dtype)) : mapped
    return (x instanceof Variable ? y : y.value) as X
  }
}
