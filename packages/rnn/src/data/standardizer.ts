import { fail, type Tensor } from '@unroll/tensor'
import { checkFigures, pick } from './figures.js'
import { eachValue, type PaddingOptions } from './real-steps.js'
import { Scaler } from './scaler.js'

/** Plain data. */
export interface StandardizerState {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/**
 * Each feature with mean 0 and variance 1: z = (x − μ) / σ, σ² = Σ (x − μ)² / n.
 *
 *     const scaler = Standardizer.fit(training)      // of the training part alone: the others must not be looked at
 *     const z = scaler.transform(test)
 *     const forecast = scaler.columns([0]).inverse(model.forward(z))
 *
 * A feature that is constant becomes 0 (its σ is taken for 1).
 */
export class Standardizer extends Scaler {
  /** @throws UnrollError when there is not a finite mean and a finite deviation above 0 for each feature. */
  constructor(
    readonly mean: readonly number[],
    readonly std: readonly number[],
  ) {
    checkFigures('Standardizer', { mean, std }, ['mean', 'std'])
    if (!std.every((deviation) => deviation > 0))
      fail('Standardizer', `wants standard deviations above 0, got [${std.join(', ')}]`)
    super(mean, std)
  }

  /**
   * The scaler for data like x, `[N, F]` or `[B, T, F]`.
   * @throws UnrollError when x has no steps, or holds NaN or Infinity.
   */
  static fit(x: Tensor, options: PaddingOptions = {}): Standardizer {
    const op = 'Standardizer.fit'
    const F = x?.shape?.at(-1) ?? 0
    const [sums, squares] = [new Float64Array(F), new Float64Array(F)]
    const first: number[] = []
    const constant = new Array<boolean>(F).fill(true)
    const n = eachValue(op, x, options, (value, f) => {
      first[f] ??= value
      if (value !== first[f]) constant[f] = false
      sums[f] += value
    })
    // Of a constant no rounding may be left, which a division by a σ of all but 0 would blow up.
    const mean = Array.from(sums, (sum, f) => (constant[f] ? first[f] : sum / n))
    eachValue(op, x, options, (value, f) => {
      squares[f] += (value - mean[f]) ** 2
    })
    const std = Array.from(squares, (sum, f) => (constant[f] ? 1 : Math.sqrt(sum / n)))
    const f = std.findIndex((deviation) => !(deviation > 0 && Number.isFinite(deviation)))
    if (f >= 0)
      fail(op, `feature ${f} has a standard deviation of ${std[f]}: its values are too large or too close`)
    return new Standardizer(mean, std)
  }

  /** @throws UnrollError when it is not the state of a Standardizer. */
  static fromState(state: StandardizerState): Standardizer {
    const { mean, std } = checkFigures('Standardizer.fromState', state, ['mean', 'std'])
    return new Standardizer(mean, std)
  }

  get state(): StandardizerState {
    return { mean: [...this.mean], std: [...this.std] }
  }

  override columns(columns: readonly number[]): Standardizer {
    const { mean, std } = this
    return new Standardizer(pick('Standardizer', mean, columns), pick('Standardizer', std, columns))
  }
}
