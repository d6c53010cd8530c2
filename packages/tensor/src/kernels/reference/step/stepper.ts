import { allocate, type TypedArray } from '../../../dtype.js'
import type { Strided } from '../../kernels.js'
import type { SequenceName } from '../../sequence.js'
import type { LinearStage, LookupStage, RecurrentStage, Stage, Stepper } from '../../stepper.js'
import { copy } from '../elementwise.js'
import type { SequenceCell, Vector } from '../sequence/cell.js'
import { gru } from '../sequence/gru.js'
import { lstm } from '../sequence/lstm.js'
import { rnnRelu, rnnTanh } from '../sequence/rnn.js'
import { dtypeOfStrided } from '../strided.js'

/** The stages one after another, all in float64; the result is rounded to the dtype of the weights. */
export function stepper(stages: readonly Stage[]): Stepper {
  const states: Vector[][] = []
  const runs = stages.map((stage) => {
    switch (stage.kind) {
      case 'lookup':
        return lookup(stage)
      case 'linear':
        return linear(stage)
      default: {
        const { run, state } = recurrent(stage)
        states.push(state)
        return run
      }
    }
  })
  let output: TypedArray | undefined
  return {
    states,
    step(x) {
      const y = runs.reduce<number | ArrayLike<number>>((y, run) => run(y), x) as Vector
      output ??= allocate(dtypeOfStage(stages[0]), y.length)
      output.set(y)
      return output
    },
  }
}

type Run = (x: number | ArrayLike<number>) => Vector

function lookup({ table }: LookupStage): Run {
  const rows = rowsOf(table)
  return (index) => rows[index as number]
}

function linear({ weight, bias }: LinearStage): Run {
  const map = affine(weight, bias)
  return (x) => map(x as ArrayLike<number>)
}

function recurrent({ kind, weightIh, weightHh, biasIh, biasHh }: RecurrentStage): {
  run: Run
  state: Vector[]
} {
  const cell = cells[kind]
  const H = weightHh.shape[1]
  const ofInput = affine(weightIh, biasIh)
  const ofState = affine(weightHh, biasHh)
  const zeros = () => new Float64Array(H)
  const state = kind === 'lstm' ? [zeros(), zeros()] : [zeros()]
  const kept = Array.from({ length: cell.keeps }, zeros)
  const run: Run = (x) => {
    const wx = gatesOf(ofInput(x as ArrayLike<number>), H)
    const uh = gatesOf(ofState(state[0]), H)
    const before = state.map((part) => part.slice())
    cell.forward(wx, uh, before, state, kept)
    return state[0]
  }
  return { run, state }
}

const cells: Record<SequenceName, SequenceCell> = { rnnTanh, rnnRelu, lstm, gru }

/** x ↦ W x + b */
function affine(weight: Strided, bias: Strided | undefined): (x: ArrayLike<number>) => Vector {
  const rows = rowsOf(weight)
  const start = bias ? copy(bias, 'float64') : new Float64Array(rows.length)
  return (x) => Float64Array.from(rows, (row, n) => row.reduce((sum, w, k) => sum + w * x[k], start[n]))
}

/** The rows of a matrix, copied. */
function rowsOf(matrix: Strided): Vector[] {
  const [rows, columns] = matrix.shape
  const data = copy(matrix, 'float64') as Vector
  return Array.from({ length: rows }, (_, row) => data.subarray(row * columns, (row + 1) * columns))
}

/** gates · H numbers as a vector for each gate. */
function gatesOf(values: Vector, H: number): Vector[] {
  return Array.from({ length: values.length / H }, (_, gate) => values.subarray(gate * H, (gate + 1) * H))
}

function dtypeOfStage(stage: Stage) {
  switch (stage.kind) {
    case 'lookup':
      return dtypeOfStrided(stage.table)
    case 'linear':
      return dtypeOfStrided(stage.weight)
    default:
      return dtypeOfStrided(stage.weightHh)
  }
}
