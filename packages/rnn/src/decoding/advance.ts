import { noGrad, Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, kindOf, Tensor, type TypedArray } from '@unroll/tensor'
import { checkRows, selectRows } from './rows.js'
import type { Rows, Start, Step } from './step.js'

/** Where the N sequences are that are being continued: each one's last symbol, and the state before it. */
export interface Position<S extends Rows> {
  readonly symbols: Int32Array
  readonly state: S
}

export interface Advanced<S extends Rows> {
  /** V: how many symbols there are. */
  readonly count: number
  /** The logits of the next symbol, `[V]`, of the n-th sequence. */
  readonly logits: (n: number) => TypedArray
  /** The attention weights `[S]` of the n-th sequence, if there are any. */
  readonly weights: (n: number) => Tensor | undefined
  /** Where it goes on: with the sequences that `rows` names, each continued by a symbol. */
  readonly goOn: (rows: readonly number[], symbols: readonly number[]) => Position<S>
}

/** Where sequences begin. @throws UnrollError when a start is not what it should be. */
export function readStart<S extends Rows>(op: string, start: Start<S>): Position<S> {
  const { symbols, state } = start ?? {}
  const isTensor = symbols instanceof Tensor
  if (isTensor ? symbols.rank !== 1 || symbols.dtype !== 'int32' : !isIntegers(symbols))
    fail(
      op,
      `wants a start { symbols, state }, symbols a list of integers or int32 [B]; got ${isTensor ? `${formatShape(symbols.shape)} ${symbols.dtype}` : kindOf(symbols)}`,
    )
  const values = Int32Array.from(isTensor ? symbols.data : symbols)
  if (values.length === 0) fail(op, 'wants at least one sequence to continue, got none')
  checkRows(op, 'the state to start from', state, values.length)
  return { symbols: values, state }
}

/** Takes a step, off the tape. @throws UnrollError when it does not give what a step should. */
export function advance<S extends Rows>(
  op: string,
  step: Step<S>,
  { symbols, state }: Position<S>,
): Advanced<S> {
  const N = symbols.length
  const given = noGrad(() => step(Tensor.from(symbols, [N]), state))
  const logits = valueOf(given?.logits)
  if (logits?.rank !== 2 || logits.shape[0] !== N || logits.shape[1] === 0 || !isFloat(logits.dtype))
    fail(op, `wants logits [${N}, V] of a step from ${N} symbols, got ${describe(given?.logits)}`)
  checkRows(op, 'the state after a step', given.state, N)
  const weights = valueOf(given.weights)
  if (given.weights !== undefined && (weights?.rank !== 2 || weights.shape[0] !== N))
    fail(op, `wants attention weights [${N}, S] of a step from ${N} symbols, got ${describe(given.weights)}`)

  const { data } = logits
  const count = logits.shape[1]
  return {
    count,
    logits: (n) => data.subarray(n * count, (n + 1) * count),
    weights: (n) => weights?.slice(n),
    goOn: (rows, next) => {
      const same = rows.length === N && rows.every((row, n) => row === n)
      const index = Tensor.from(Int32Array.from(rows), [rows.length])
      return {
        symbols: Int32Array.from(next),
        state: same ? given.state : noGrad(() => selectRows(given.state, index)),
      }
    },
  }
}

function valueOf(x: Variable | Tensor | undefined): Tensor | undefined {
  return x instanceof Variable ? x.value : x instanceof Tensor ? x : undefined
}

function describe(x: Variable | Tensor | undefined): string {
  return x instanceof Variable || x instanceof Tensor ? `${formatShape(x.shape)} ${x.dtype}` : kindOf(x)
}

function isIntegers(values: unknown): values is readonly number[] {
  return Array.isArray(values) && values.every(Number.isInteger)
}
