import type { Strided } from '../../kernels.js'
import type { RecurrentStage, Stage } from '../../stepper.js'
import type { Engine } from '../engine.js'
import { filledUp, keepBias, keepMatrix, keepZeros, keptRows } from './keep.js'

/** What a stage gives: a vector, or that row of a table which the step's index names. */
export interface Value {
  readonly pointer: number
  readonly length: number
  /** 1 of a vector. */
  readonly rows: number
  /** Bytes from row to row. */
  readonly stride: number
}

/** Brings weights into an engine, and notes what is to be done with them in a step. */
export class Plan {
  /** The calls that a step consists of, in order. */
  readonly runs: ((index: number) => void)[] = []

  constructor(readonly engine: Engine) {}

  /** Where the input of the first stage stands. */
  input(first: Stage): Value {
    if (first.kind !== 'lookup')
      return this.#zeros((first.kind === 'linear' ? first.weight : first.weightIh).shape[1])
    const [rows, length] = first.table.shape
    return { pointer: this.engine.load(first.table), length, rows, stride: length * 4 }
  }

  /**
   * W x + b, b the sum of the biases. Of a table, each row can be multiplied once and for all: then a step has
   * but a row to choose.
   */
  affine(x: Value, weight: Strided, gates: number, biases: readonly (Strided | undefined)[]): Value {
    const { engine } = this
    const [N] = weight.shape
    const kept = keptRows(N, gates)
    const bias = { pointer: keepBias(engine, biases, kept), length: N, rows: 1, stride: 0 }
    const stride = kept.length * 4
    if (x.rows === 1 || x.rows * stride > largestTable) return this.#add(bias, x, weight, gates)

    const table = { pointer: engine.reserve(x.rows * stride), length: N, rows: x.rows, stride }
    engine.scope(() => {
      const w = keepMatrix(engine, weight, kept)
      for (let row = 0; row < x.rows; row++)
        engine.exports.matvec(kept.length, x.length, w, rowOf(x, row), bias.pointer, rowOf(table, row))
    })
    return table
  }

  /** h′ (and c′), which take the place of h (and c). */
  recurrent(x: Value, { kind, weightIh, weightHh, biasIh, biasHh }: RecurrentStage): Value[] {
    const { exports } = this.engine
    const H = weightHh.shape[1]
    const gates = weightHh.shape[0] / H
    const filled = filledUp(H)
    const zeros = () => ({ ...this.#zeros(filled), length: H })
    const h = zeros()
    if (kind === 'gru') {
      const wx = this.affine(x, weightIh, gates, [biasIh])
      const uh = this.affine(h, weightHh, gates, [biasHh])
      this.runs.push((index) => void exports.stepGru(filled, rowOf(wx, index), uh.pointer, h.pointer))
      return [h]
    }
    const wx = this.affine(x, weightIh, gates, [biasIh, biasHh])
    const a = this.#add(wx, h, weightHh, gates)
    if (kind === 'lstm') {
      const c = zeros()
      this.runs.push(() => void exports.stepLstm(filled, a.pointer, h.pointer, c.pointer))
      return [h, c]
    }
    const step = kind === 'rnnTanh' ? exports.stepRnnTanh : exports.stepRnnRelu
    this.runs.push(() => void step(filled, a.pointer, h.pointer))
    return [h]
  }

  /** The value as a vector: of a table, a copy of the row. */
  vectorOf(value: Value): Value {
    if (value.rows === 1) return value
    const { engine } = this
    const { length } = value
    const copy = this.#zeros(length)
    this.runs.push((index) => {
      const start = rowOf(value, index) >> 2
      engine.f32.copyWithin(copy.pointer >> 2, start, start + length)
    })
    return copy
  }

  /** y + W x */
  #add(y: Value, x: Value, weight: Strided, gates: number): Value {
    const { matvec } = this.engine.exports
    const kept = keptRows(weight.shape[0], gates)
    const N = kept.length
    const w = keepMatrix(this.engine, weight, kept)
    const sum = { ...this.#zeros(N), length: weight.shape[0] }
    this.runs.push((index) => void matvec(N, x.length, w, rowOf(x, index), rowOf(y, index), sum.pointer))
    return sum
  }

  #zeros(length: number): Value {
    return { pointer: keepZeros(this.engine, length), length, rows: 1, stride: 0 }
  }
}

/** A pointer to the row that the index names. */
function rowOf({ pointer, stride }: Value, index: number): number {
  return pointer + index * stride
}

/** Of rows multiplied once and for all, in bytes: beyond, the product is left to the step. */
const largestTable = 2 ** 24
