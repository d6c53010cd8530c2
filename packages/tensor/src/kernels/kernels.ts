import type { DType, TypedArray } from '../dtype.js'
import type { DeviceArray, Elements } from './elements.js'
import type { SequenceKernel, SequenceName } from './sequence.js'
import type { Stage, Stepper } from './stepper.js'
import type { Strided } from './strided.js'
import type { Tracer } from './tracer.js'
import type { TrainingKernels } from './training.js'
import type { Workspace } from './workspace.js'

export type { DeviceArray, Elements, Strided, Workspace }

/** y[i] = f(x[i]): one operand, the result of its dtype. */
export type MapKernel<Data = TypedArray> = (x: Strided) => Data

/** y[i] = f(a[i], b[i]): operands of one shape (broadcast by strides) and one dtype, the result of that dtype. */
export type ZipKernel<Data = TypedArray> = (a: Strided, b: Strided) => Data

/** y[i] = f over the last `axes` axes of x; the result has the shape of the axes before them. */
export type ReduceKernel<Data = TypedArray> = (x: Strided, axes: number) => Data

// biome-ignore format: one family a line
export type MapName =
  | 'neg' | 'abs' | 'sign' | 'square' | 'reciprocal' | 'sqrt' | 'rsqrt'
  | 'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'erf'
  | 'tanh' | 'sigmoid' | 'relu' | 'gelu' | 'geluTanh' | 'softplus' | 'silu'

export type ZipName = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum'

/** Comparisons give bools. */
export type CompareName = 'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual'

/**
 * On the host accumulated in float64 (or pairwise): a float32 sum of a million terms is good to the last digit. On a device,
 * which has float32 alone, in blocks: to some 1e-6 of it.
 */
export type ReductionName = 'sum' | 'prod' | 'max' | 'min' | 'logSumExp'

/**
 * Every primitive that tensors are computed with: the seam between what an op means and how it is
 * done. There is one interface and several makers; they differ in speed and in nothing else.
 *
 * A kernel takes operands whose shapes and dtypes were checked by the op that calls it, and gives
 * a fresh array in row-major order. Nothing here knows of gradients.
 */
export interface Kernels<Data extends Elements = Elements>
  extends Record<MapName, MapKernel<Data>>,
    Record<ZipName, ZipKernel<Data>>,
    Record<CompareName, ZipKernel<Data>>,
    Record<ReductionName, ReduceKernel<Data>>,
    Record<SequenceName, SequenceKernel<Data>>,
    TrainingKernels<Data> {
  readonly name: string

  /** Of kernels with a memory of their own: brings elements there. */
  readonly upload?: (data: TypedArray) => DeviceArray
  /** Of such kernels: the next `read` of anything there rejects, and says `message`, unless the one element of x is other than 0. */
  readonly assert?: (x: DeviceArray, message: () => string) => void
  /** Of such kernels: see `Workspace`. */
  readonly workspace?: () => Workspace
  /** Of kernels that trace what is computed: see `Tracer`. */
  readonly tracer?: Tracer

  /** x in row-major order, its values converted to `dtype`. */
  copy(x: Strided, dtype: DType): Data
  /** target[i] = source[i], in place: shapes are equal, dtypes may differ. */
  put(target: Strided, source: Strided): void

  /** max(x, 0) + slope · min(x, 0) */
  leakyRelu(x: Strided, slope: number): Data
  /** x where x > 0, else alpha · (eˣ − 1) */
  elu(x: Strided, alpha: number): Data
  /** min(max(x, low), high) */
  clamp(x: Strided, low: number, high: number): Data
  /** Bools: neither NaN nor ±Infinity. */
  isFinite(x: Strided): Data
  /** a[i] where condition[i], else b[i]; all of one shape. */
  where(condition: Strided, a: Strided, b: Strided): Data

  /** Int32: where the largest (smallest) of the last axis stands, the first of equals. */
  argmax(x: Strided): Data
  argmin(x: Strided): Data
  /** y[…, i] = Σ_{j ≤ i} x[…, j] */
  cumsum(x: Strided): Data
  /** y[…, i] = exp(x[…, i]) / Σ_j exp(x[…, j]) */
  softmax(x: Strided): Data
  /** y[…, i] = x[…, i] − log Σ_j exp(x[…, j]) */
  logSoftmax(x: Strided): Data

  /** The parts one after another along an axis; their other axes agree, and their dtypes. */
  concat(parts: readonly Strided[], axis: number): Data

  /** c[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]; the leading axes are equal (broadcast by strides). */
  matmul(a: Strided, b: Strided): Data

  /** y[i₀, …, i, …] = x[i₀, …, index[i₀, …, i, …], …]: `index` (int32, in range) has the shape of y. */
  gather(x: Strided, axis: number, index: Strided): Data
  /** A copy of x with y[…, index[…, i, …], …] += source[…, i, …]; `source` has the shape of `index`. */
  scatterAdd(x: Strided, axis: number, index: Strided, source: Strided): Data

  /** A network run one step at a time, for one sequence; at least one stage, each of which takes what the one before gives. */
  stepper(stages: readonly Stage[]): Stepper
}

/** The kernels whose arrays are the host's own. */
export type HostKernels = Kernels<TypedArray>
