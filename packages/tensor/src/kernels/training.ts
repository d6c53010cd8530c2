import type { TypedArray } from '../dtype.js'
import type { Strided } from './strided.js'

/** What training does over and over beside the networks themselves: each in one pass over its operands. */
export interface TrainingKernels<Data = TypedArray> {
  /**
   * losses[…] = −log softmax(x[…])[target[…]] for logits x `[…, C]` and classes `[…]` (int32, in range); and, when
   * `gradient` is asked for, their gradient `[…, C]` times `scale`: (softmax(x) − onehot(target)) · scale.
   */
  crossEntropy(x: Strided, target: Strided, gradient: boolean, scale: number): CrossEntropyOutput<Data>

  /** y = (x − mean) / √(variance + eps) · weight + bias along the last axis; weight and bias `[C]` are left out for 1 and 0. */
  layerNorm(x: Strided, affine: LayerNormAffine, eps: number): LayerNormOutput<Data>
  /** The gradients by x, weight and bias, from dy and what the forward pass found out about the rows. */
  layerNormBackward(
    x: Strided,
    affine: LayerNormAffine,
    statistics: LayerNormStatistics<Data>,
    dy: Strided,
  ): LayerNormGradients<Data>

  /*
   * Options are asked for, and not given: a step that is traced once and then replayed asks again in each
   * replay, as learning rates change from step to step.
   */

  /** One step of SGD, in place: p, its gradient g and the momentum v (if there is any) have one shape and dtype. */
  sgd(p: Strided, g: Strided, v: Strided | undefined, options: () => SgdStep): void
  /** One step of Adam, in place: all of one shape and dtype. */
  adam(p: Strided, g: Strided, moments: AdamMoments, options: () => AdamStep): void
  /** One step of RMSprop, in place: all of one shape and dtype. */
  rmsprop(p: Strided, g: Strided, moments: RmspropMoments, options: () => RmspropStep): void
  /** One step of Adagrad, in place: all of one shape and dtype; s is the sum of the squares. */
  adagrad(p: Strided, g: Strided, s: Strided, options: () => AdagradStep): void
  /** Σ x², one element: of float64 wherever there is such a thing. */
  sumOfSquares(x: Strided): Data
}

export interface CrossEntropyOutput<Data = TypedArray> {
  readonly losses: Data
  readonly gradient: Data | undefined
}

export interface LayerNormAffine {
  readonly weight: Strided | undefined
  readonly bias: Strided | undefined
}

/** Of each row, in row-major order. */
export interface LayerNormStatistics<Data = TypedArray> {
  readonly mean: Data
  /** 1 / √(variance + eps) */
  readonly rstd: Data
}

export interface LayerNormOutput<Data = TypedArray> extends LayerNormStatistics<Data> {
  readonly y: Data
}

export interface LayerNormGradients<Data = TypedArray> {
  readonly x: Data
  readonly weight: Data
  readonly bias: Data
}

export interface SgdStep {
  readonly lr: number
  /** μ; 0 when there is no v */
  readonly momentum: number
  /** τ: how much of the gradient v leaves out; 0 where v is 0 yet, at the first step. */
  readonly dampening: number
  readonly nesterov: boolean
  /** λ of an L2 penalty */
  readonly weightDecay: number
}

export interface AdamMoments {
  readonly m: Strided
  readonly v: Strided
  /** The largest v so far, for amsgrad. */
  readonly largest?: Strided
}

export interface AdamStep {
  readonly lr: number
  readonly betas: readonly [number, number]
  readonly eps: number
  /** λ */
  readonly weightDecay: number
  /** λ pulls at the parameter itself, and not by way of the gradient (Loshchilov & Hutter 2019). */
  readonly decoupled: boolean
  /** t: 1 at the first step. */
  readonly step: number
}

export interface RmspropMoments {
  /** The mean of the squares. */
  readonly v: Strided
  /** The mean of the gradients, to divide by the standard deviation. */
  readonly m?: Strided
  /** The momentum. */
  readonly b?: Strided
}

export interface RmspropStep {
  readonly lr: number
  /** α */
  readonly alpha: number
  readonly eps: number
  /** λ of an L2 penalty */
  readonly weightDecay: number
  /** μ; 0 when there is no b */
  readonly momentum: number
}

export interface AdagradStep {
  readonly lr: number
  /** η */
  readonly lrDecay: number
  readonly eps: number
  /** λ of an L2 penalty */
  readonly weightDecay: number
  /** t: 1 at the first step. */
  readonly step: number
}
