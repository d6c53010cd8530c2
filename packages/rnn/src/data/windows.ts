import {
  checkNames,
  fail,
  formatShape,
  indexSelect,
  isFloat,
  kindOf,
  type OptionNames,
  Tensor,
  tensor,
} from '@unroll/tensor'
import { checkCount, checkSize } from '../modules/options.js'
import { checkColumns } from './columns.js'
import type { Dataset } from './dataset.js'
import { checkFiniteElements } from './finite.js'
import { checkIndexList, type Indices, inOrder, takeItems } from './indices.js'

export interface WindowOptions {
  /** The steps of a window, T. */
  length: number
  /**
   * - `'next'`: the `horizon` steps that come next, to be told from the window as a whole (the default);
   * - `'shifted'`: the window itself shifted by `lead`, so that each step has its own next one to tell.
   */
  target?: 'next' | 'shifted'
  /** The number of steps to be told; with `target: 'next'`. Default: 1. */
  horizon?: number
  /** The steps from the last input to the first that is to be told. Default: 1, the very next. */
  lead?: number
  /** The steps from the beginning of a window to that of the next one. Default: 1. */
  stride?: number
  /** The columns that are inputs. Default: all. */
  inputs?: readonly number[]
  /** The columns that are targets. Default: all. */
  targets?: readonly number[]
}

const windowOptions: OptionNames<WindowOptions> = {
  length: true,
  target: true,
  horizon: true,
  lead: true,
  stride: true,
  inputs: true,
  targets: true,
}

/** Windows by name: `x [W, T, inputs]`; `y [W, horizon, targets]` or, shifted, `[W, T, targets]`. */
export type WindowBatch = { x: Tensor; y: Tensor }

/** Steps of a series, from start up to but without stop. */
export interface Steps {
  start: number
  stop: number
}

/**
 * The windows over a series, each with what comes after it: what a model of the series is trained on.
 *
 *     step       0 1 2 3 4 5 6 7 8 9      length 4, horizon 2, stride 3
 *     window 0   x x x x y y
 *     window 1         x x x x y y
 *
 * - series `[N, F]` or, of one feature, `[N]` or an array of numbers; int32 indices `[N]` (characters, say) have no axis of
 *   features: `x` and `y` are then `[W, T]` and `[W, horizon]`, or `[W, T]`
 *
 * The windows are a `Dataset`: a view of the series, copied only as batches are made of them. `all()` gives them at once.
 * @throws UnrollError when the series is too short for a window, or holds NaN or Infinity.
 */
export function windows(series: Tensor | readonly number[], options: WindowOptions): Windows {
  return new Windows(series, options)
}

export class Windows implements Dataset<WindowBatch> {
  /** The number of windows, W. */
  readonly size: number
  /** How many of the windows after a window have steps in common with it, counting those to be told. */
  readonly overlap: number
  readonly length: number
  readonly stride: number
  /** The steps to be told, and where they begin, counted from the beginning of the window. */
  readonly #told: { readonly first: number; readonly count: number }
  readonly #x: Tensor
  readonly #y: Tensor

  constructor(series: Tensor | readonly number[], options: WindowOptions) {
    checkNames('windows', options, windowOptions)
    const { length, target = 'next', horizon, lead = 1, stride = 1, inputs, targets } = options ?? {}
    if (target !== 'next' && target !== 'shifted')
      fail('windows', `target is next or shifted, got ${String(target)}`)
    if (target === 'shifted' && horizon !== undefined)
      fail('windows', 'horizon goes with target next; the shifted targets are as long as the window')
    const all = asSeries(series)
    this.length = checkSize('windows', 'length', length)
    this.stride = checkSize('windows', 'stride', stride)
    checkSize('windows', 'lead', lead)
    this.#told =
      target === 'next'
        ? { first: length + lead - 1, count: checkSize('windows', 'horizon', horizon ?? 1) }
        : { first: lead, count: length }
    const span = this.#told.first + this.#told.count
    const [N] = all.shape
    if (N < span) fail('windows', `a window and what it is to tell take ${span} steps, the series has ${N}`)
    this.size = Math.floor((N - span) / stride) + 1
    this.overlap = Math.min(Math.ceil(span / stride), this.size) - 1
    this.#x = this.#over(columnsOf(all, 'inputs', inputs), 0, length)
    this.#y = this.#over(columnsOf(all, 'targets', targets), this.#told.first, this.#told.count)
  }

  take(indices: Indices): WindowBatch {
    const order = checkIndexList('take', indices, this.size)
    return { x: takeItems(this.#x, order), y: takeItems(this.#y, order) }
  }

  /** All windows, in the order of time. */
  all(): WindowBatch {
    return this.take(inOrder(this.size))
  }

  /** The steps of the series that a window has as inputs. */
  inputSteps(window: number): Steps {
    const start = this.#startOf(window)
    return { start, stop: start + this.length }
  }

  /** The steps of the series that a window is to tell: where a forecast belongs in a plot. */
  targetSteps(window: number): Steps {
    const start = this.#startOf(window) + this.#told.first
    return { start, stop: start + this.#told.count }
  }

  #startOf(window: number): number {
    if (checkCount('windows', 'a window', window) >= this.size)
      fail('windows', `there is no window ${window} (want 0 … ${this.size - 1})`)
    return window * this.stride
  }

  /** `[W, count, …]` over a series `[N, …]`: a view, in which windows share their steps. */
  #over(series: Tensor, first: number, count: number): Tensor {
    const [step, ...rest] = series.strides
    const shape = [this.size, count, ...series.shape.slice(1)]
    return series.view(shape, [step * this.stride, step, ...rest], series.offset + first * step)
  }
}

/** `[N, F]`, or int32 `[N]`. */
function asSeries(series: Tensor | readonly number[]): Tensor {
  const x = Array.isArray(series) ? tensor(series) : series
  if (!(x instanceof Tensor))
    fail('windows', `wants a series as a Tensor or an array of numbers, got ${kindOf(x)}`)
  if (x.rank < 1 || x.rank > 2 || x.dtype === 'bool')
    fail('windows', `wants a series [N, F] or [N] of numbers, got ${x.dtype} ${formatShape(x.shape)}`)
  checkFiniteElements('windows', 'the series', x)
  return x.rank === 1 && isFloat(x.dtype) ? x.unsqueeze(1) : x
}

function columnsOf(series: Tensor, name: string, columns: readonly number[] | undefined): Tensor {
  if (columns === undefined) return series
  if (series.rank === 1) fail('windows', `a series of indices has no columns to choose as ${name}`)
  return indexSelect(series, 1, tensor(checkColumns('windows', name, columns, series.shape[1])))
}
