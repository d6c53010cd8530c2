import { add, gather, logSumExp, neg, pad, stack, unbind, type Variable, where } from '@unroll/autograd'
import { type Tensor, tensor } from '@unroll/tensor'

/**
 * The CTC losses `[B]` of log-probabilities `[B, T, C]`, made of ops that can be differentiated as often as one
 * likes: the forward variables of `forwardBackward`, for all sequences at once, and the tape instead of the backward ones.
 */
export function composedCtc(
  x: Variable,
  labels: readonly Int32Array[],
  inputLengths: Int32Array,
  blank: number,
): Variable {
  const [B, T] = x.shape
  const S = 2 * Math.max(...labels.map(({ length }) => length), 0) + 1
  /** l′ of each sequence, with blanks behind its end. */
  const classes = table(B, S, (b, s) => (s % 2 ? (labels[b][(s - 1) / 2] ?? blank) : blank), 'int32')
  const skips = table(
    B,
    S,
    (b, s) => +(s % 2 === 1 && s >= 3 && labels[b][(s - 1) / 2] !== labels[b][(s - 3) / 2]),
    'bool',
  )
  const starts = table(B, S, (_, s) => +(s < 2), 'bool')
  const y = unbind(gather(x, 2, classes.unsqueeze(1).expand([B, T, S])), 1)

  let alpha = where(starts, y[0], -Infinity)
  for (let t = 1; t < T; t++) {
    const byTwo = where(skips, behind(alpha, 2), -Infinity)
    const moved = add(y[t], logSumExp(stack([alpha, behind(alpha, 1), byTwo]), 0))
    const goesOn = table(B, 1, (b) => +(t < inputLengths[b]), 'bool')
    alpha = where(goesOn, moved, alpha)
  }
  // The last blank, and the last label if there is one: else a column of −∞, which is put behind.
  const endOf = ({ length }: Int32Array, k: number) =>
    k === 0 ? 2 * length : length > 0 ? 2 * length - 1 : S
  const ends = table(B, 2, (b, k) => endOf(labels[b], k), 'int32')
  const closed = pad(alpha, [none, [0, 1]], -Infinity)
  return neg(logSumExp(gather(closed, 1, ends), 1))
}

const none = [0, 0] as const

/** α(s − n), −∞ where there is none. */
function behind(alpha: Variable, n: number): Variable {
  const S = alpha.shape[1]
  return pad(alpha, [none, [n, 0]], -Infinity).slice(null, [0, S])
}

function table(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
  dtype: 'int32' | 'bool',
): Tensor {
  const values = Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns))
  return tensor(values, { shape: [rows, columns], dtype })
}
