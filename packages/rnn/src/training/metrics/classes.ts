import {
  argmax,
  cast,
  fail,
  formatShape,
  greater,
  isFloat,
  normalizeAxis,
  type OptionNames,
  permute,
  sameShape,
  type Tensor,
} from '@unroll/tensor'
import { countedIn, tensorOf } from './counted.js'
import type { Seen } from './metric.js'

export interface ClassMetricOptions {
  /** The axis of the classes in the prediction. Default: the last; 1 for PyTorch's layout `[B, C, T]`. */
  axis?: number
  /**
   * A prediction of one number for each target means yes above this. Default: 0, as for logits (what `bceWithLogits`
   * takes); 0.5 for probabilities.
   */
  threshold?: number
  /** A target class that does not count, as in a padded batch. Default: none. */
  ignoreIndex?: number
}

export const classMetricOptions: OptionNames<ClassMetricOptions> = {
  axis: true,
  threshold: true,
  ignoreIndex: true,
}

/** Which class was meant, and which was predicted, of each target that counts. */
export interface Classified {
  readonly target: number[]
  readonly predicted: number[]
}

/**
 * The classes of a batch. The target holds classes `[…]` (int32; bools or floats 0 and 1 for yes and no). The prediction
 * is a score for each class, `[…, C]`, of which the highest (the first of equals) is taken; or classes `[…]`, int32 or bool; or
 * one float `[…]`, yes above the threshold.
 */
export function classify(op: string, seen: Seen, options: ClassMetricOptions): Classified {
  const target = targetClasses(op, seen)
  const kept = keptIndices(op, target, seen, options)
  const { data, classes } = predictedClasses(
    op,
    tensorOf(op, 'the prediction', seen.prediction),
    target,
    kept,
    options,
  )
  for (const i of kept) {
    if (target.data[i] >= classes)
      fail(op, `target class ${target.data[i]} is out of range (want 0 … ${classes - 1})`)
    if (data[i] < 0) fail(op, `predicted class ${data[i]} is out of range (want 0 or more)`)
  }
  return { target: kept.map((i) => target.data[i]), predicted: kept.map((i) => data[i]) }
}

/** The targets that count, by their index. */
export function keptIndices(
  op: string,
  target: Tensor,
  seen: Seen,
  { ignoreIndex }: ClassMetricOptions,
): number[] {
  const counts = countedIn(op, target, seen)
  const kept: number[] = []
  target.data.forEach((wanted, i) => {
    if (wanted === ignoreIndex || !counts(i)) return
    if (wanted < 0) fail(op, `target class ${wanted} is out of range (want 0 or more)`)
    kept.push(i)
  })
  return kept
}

/** The target as int32 classes. */
export function targetClasses(op: string, seen: Seen): Tensor {
  const target = tensorOf(op, 'the target', seen.target)
  if (isFloat(target.dtype) && !target.data.every((t) => t === 0 || t === 1))
    fail(op, `wants target classes as int32, or bools or floats that are 0 and 1, got other ${target.dtype}s`)
  return cast(target, 'int32')
}

/** Scores `[…, C]` with the classes last, from those with the classes along an axis. */
export function classesLast(op: string, scores: Tensor, target: Tensor, axis = -1): Tensor {
  const wanted = `scores with the classes along axis ${axis} and, without it, the shape of the target ${formatShape(target.shape)}`
  if (scores.rank !== target.rank + 1) fail(op, `wants ${wanted}; got ${formatShape(scores.shape)}`)
  const along = normalizeAxis(op, axis, scores.rank)
  const others = [...scores.shape.keys()].filter((a) => a !== along)
  if (
    !sameShape(
      others.map((a) => scores.shape[a]),
      target.shape,
    )
  )
    fail(op, `wants ${wanted}; got ${formatShape(scores.shape)}`)
  if (scores.shape[along] === 1)
    fail(
      op,
      `wants a score for each class, got one score: for yes or no, squeeze ${formatShape(scores.shape)} to the shape of the target`,
    )
  return permute(scores, [...others, along])
}

/** The predicted classes, and how many there are, where that is known. */
function predictedClasses(
  op: string,
  prediction: Tensor,
  target: Tensor,
  kept: readonly number[],
  { axis, threshold = 0 }: ClassMetricOptions,
): { data: Tensor['data']; classes: number } {
  if (sameShape(prediction.shape, target.shape)) {
    checkNumbers(op, prediction, 1, kept)
    const classes = isFloat(prediction.dtype) ? greater(prediction, threshold) : prediction
    return { data: cast(classes, 'int32').data, classes: Number.POSITIVE_INFINITY }
  }
  const scores = classesLast(op, prediction, target, axis)
  const classes = scores.shape[target.rank]
  checkNumbers(op, scores, classes, kept)
  return { data: argmax(scores, -1).data, classes }
}

/** @throws UnrollError when a score of those that count is NaN: so many scores each. */
export function checkNumbers(op: string, { data }: Tensor, scores: number, kept: readonly number[]): void {
  for (const i of kept)
    for (let c = 0; c < scores; c++)
      if (Number.isNaN(data[i * scores + c])) fail(op, 'the prediction holds NaN')
}
