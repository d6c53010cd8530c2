import { transpose, unsqueeze, type Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, kindOf, type OptionNames, type Tensor } from '@unroll/tensor'
import { checkLengths, type Lengths } from '../layers/lengths.js'
import { asVariable } from '../modules/input.js'
import { checkFlag } from '../modules/options.js'

/** What the CTC loss and its decoders are told of their input. */
export interface CtcInputOptions {
  /** How many steps of each sequence count, from 1: B numbers, or an int32 tensor `[B]`. What is behind is not looked at. Default: all. */
  inputLengths?: Lengths
  /** The class that says nothing. Default: 0. */
  blank?: number
  /** Log-probabilities are `[B, T, C]` (the default), or PyTorch's `[T, B, C]`. */
  batchFirst?: boolean
}

export const ctcInputOptions: OptionNames<CtcInputOptions> = {
  inputLengths: true,
  blank: true,
  batchFirst: true,
}

export interface CtcInput {
  /** `[B, T, C]` */
  readonly x: Variable
  readonly inputLengths: Int32Array
  readonly blank: number
  /** False for one sequence `[T, C]`, whose x is `[1, T, C]`. */
  readonly batched: boolean
}

/**
 * Log-probabilities in their one form, checked.
 * @throws UnrollError when they are not what `ctc` wants.
 */
export function readLogProbs(
  op: string,
  logProbs: Variable | Tensor,
  { inputLengths, blank = 0, batchFirst = true }: CtcInputOptions,
): CtcInput {
  checkFlag(op, 'batchFirst', batchFirst)
  const given = asVariable(op, logProbs)
  const { rank, dtype, shape } = given
  if ((rank !== 3 && rank !== 2) || !isFloat(dtype))
    fail(
      op,
      `wants log-probabilities [${batchFirst ? 'B, T' : 'T, B'}, C] or, without a batch, [T, C], of floats; got ${formatShape(shape)} ${dtype}`,
    )
  const batched = rank === 3
  const x = !batched ? unsqueeze(given, 0) : batchFirst ? given : transpose(given, 0, 1)
  const [B, T, C] = x.shape
  if (T === 0) fail(op, `the sequence is empty: log-probabilities ${formatShape(shape)} have 0 time steps`)
  if (!(Number.isInteger(blank) && blank >= 0 && blank < C))
    fail(op, `blank is one of the classes 0 … ${C - 1}, got ${kindOf(blank)}`)
  const lengths =
    inputLengths === undefined
      ? new Int32Array(B).fill(T)
      : Int32Array.from(checkLengths(`${op}: inputLengths`, inputLengths, B, T).data)
  checkValues(op, x, lengths)
  return { x, inputLengths: lengths, blank, batched }
}

/** Logits in their place would give a number, and the wrong one. */
function checkValues(op: string, x: Variable, lengths: Int32Array): void {
  const [B, T, C] = x.shape
  const data = x.value.dataFor(op)
  for (let b = 0; b < B; b++)
    for (let i = b * T * C; i < (b * T + lengths[b]) * C; i++)
      if (!(data[i] <= slack))
        fail(
          op,
          `wants log-probabilities, none above 0 (logSoftmax makes them of logits), got ${data[i]} in sequence ${b}`,
        )
}

/** For rounding, and for the steps of a numeric gradient. */
const slack = 1e-3
