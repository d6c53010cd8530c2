import { checkNames, fail, type OptionNames, type Tensor } from '@unroll/tensor'
import { checkFigures, pick } from './figures.js'
import { eachValue, type PaddingOptions } from './real-steps.js'
import { Scaler } from './scaler.js'

/** Plain data. */
export interface MinMaxState {
  readonly min: readonly number[]
  readonly max: readonly number[]
  /** Where the least and the largest value go. */
  readonly range: readonly number[]
}

export interface MinMaxOptions extends PaddingOptions {
  /** Where the least and the largest value go. Default: [0, 1]. */
  range?: readonly [low: number, high: number]
}

const minMaxOptions: OptionNames<MinMaxOptions> = { range: true, lengths: true, mask: true }

/**
 * Each feature from its least and largest value to the ends of a range: y = low + (x − min) · (high − low) / (max − min).
 * Values beyond those that it was fitted to go beyond the range. A feature that is constant becomes `low`.
 */
export class MinMaxScaler extends Scaler {
  /** @throws UnrollError when there is not a finite min ≤ max for each feature, or the range does not rise. */
  constructor(
    readonly min: readonly number[],
    readonly max: readonly number[],
    readonly range: readonly number[] = [0, 1],
  ) {
    const op = 'MinMaxScaler'
    checkFigures(op, { min, max }, ['min', 'max'])
    const f = min.findIndex((least, f) => least > max[f])
    if (f >= 0) fail(op, `feature ${f} has a min of ${min[f]} above its max of ${max[f]}`)
    const [low, high] = checkRange(op, range)
    const scale = min.map((least, f) => (max[f] > least ? max[f] - least : 1) / (high - low))
    super(
      min.map((least, f) => least - low * scale[f]),
      scale,
    )
  }

  /**
   * The scaler for data like x, `[N, F]` or `[B, T, F]`.
   * @throws UnrollError when x has no steps, or holds NaN or Infinity.
   */
  static fit(x: Tensor, options: MinMaxOptions = {}): MinMaxScaler {
    checkNames('MinMaxScaler.fit', options, minMaxOptions)
    const { range = [0, 1], ...padding } = options
    checkRange('MinMaxScaler.fit', range)
    const F = x?.shape?.at(-1) ?? 0
    const [min, max] = [new Array<number>(F).fill(Infinity), new Array<number>(F).fill(-Infinity)]
    eachValue('MinMaxScaler.fit', x, padding, (value, f) => {
      min[f] = Math.min(min[f], value)
      max[f] = Math.max(max[f], value)
    })
    return new MinMaxScaler(min, max, range)
  }

  /** @throws UnrollError when it is not the state of a MinMaxScaler. */
  static fromState(state: MinMaxState): MinMaxScaler {
    const op = 'MinMaxScaler.fromState'
    const { min, max } = checkFigures(op, state, ['min', 'max'])
    return new MinMaxScaler(min, max, checkRange(op, state.range))
  }

  get state(): MinMaxState {
    return { min: [...this.min], max: [...this.max], range: [...this.range] }
  }

  override columns(columns: readonly number[]): MinMaxScaler {
    const { min, max, range } = this
    return new MinMaxScaler(pick('MinMaxScaler', min, columns), pick('MinMaxScaler', max, columns), range)
  }
}

function checkRange(op: string, range: readonly number[]): readonly number[] {
  if (!Array.isArray(range) || range.length !== 2 || !range.every(Number.isFinite) || !(range[0] < range[1]))
    fail(op, `range is [low, high], low < high, got ${JSON.stringify(range)}`)
  return range
}
