import { type DType, fail, kindOf, type SequenceName, type Shape, type Stage } from '@unroll/tensor'
import type { Cell } from '../cells/cell.js'
import { GatedCell } from '../cells/gated-cell.js'
import { Recurrent } from '../layers/recurrent.js'
import { Dropout } from '../modules/dropout.js'
import { Embedding } from '../modules/embedding.js'
import { Linear } from '../modules/linear.js'
import type { Module } from '../modules/module.js'
import { Sequential } from '../modules/sequential.js'

/** A module as a session sees it. */
export interface Part {
  readonly name: string
  readonly dtype: DType
  /** An index below a number, or a vector of a length. */
  readonly takes: { readonly indices: number } | { readonly length: number }
  /** The length of the vector that it gives. */
  readonly gives: number
  /** Of a recurrent module: the names and the shape of its state's parts, for a batch of one, and how many cells have a share. */
  readonly state?: { readonly names: readonly string[]; readonly shape: Shape; readonly cells: number }
  /** What is to be computed, with the weights as they are now. */
  stages(): Stage[]
}

/**
 * The parts that a module consists of, in the order of the computation.
 * @throws UnrollError when it cannot be compiled.
 */
export function partsOf(module: Module): Part[] {
  if (isA(Dropout, module)) return [] // outside of training, all passes
  if (isA(Sequential, module)) return module.layers.flatMap(partsOf)
  if (isA(Embedding, module)) return [embedding(module)]
  if (isA(Linear, module)) return [linear(module)]
  if (module instanceof GatedCell) return [recurrent(module, [withKernel(module)], [1, module.hiddenSize])]
  if (module instanceof Recurrent && module.forward === Recurrent.prototype.forward) {
    const { bidirectional, reverse, cells, numLayers } = module
    if (bidirectional || reverse)
      fail(
        'compile',
        `${nameOf(module)} is ${reverse ? 'reversed' : 'bidirectional'}, and would read the sequence from its end`,
      )
    return [recurrent(module, cells.map(withKernel), [numLayers, 1, module.outputSize])]
  }
  return fail(
    'compile',
    `does not know ${kindOf(module)} (but Embedding, Linear, RNN, LSTM, GRU, their cells, Dropout and Sequential)`,
  )
}

function embedding(module: Embedding): Part {
  const { count, dim, weight } = module
  return {
    name: nameOf(module),
    dtype: weight.dtype,
    takes: { indices: count },
    gives: dim,
    stages: () => [{ kind: 'lookup', table: weight.value }],
  }
}

function linear(module: Linear): Part {
  const { inFeatures, outFeatures, weight, bias } = module
  return {
    name: nameOf(module),
    dtype: weight.dtype,
    takes: { length: inFeatures },
    gives: outFeatures,
    stages: () => [{ kind: 'linear', weight: weight.value, bias: bias?.value }],
  }
}

function recurrent(module: Module, cells: readonly GatedCell[], shape: Shape): Part {
  const [{ inputSize, hiddenSize, weightHh, stateSizes }] = cells
  return {
    name: nameOf(module),
    dtype: weightHh.dtype,
    takes: { length: inputSize },
    gives: hiddenSize,
    state: { names: Object.keys(stateSizes), shape, cells: cells.length },
    stages: () => cells.map(stageOf),
  }
}

function withKernel(cell: Cell): GatedCell & { readonly kernel: SequenceName } {
  if (cell instanceof GatedCell && cell.kernel) return cell as GatedCell & { readonly kernel: SequenceName }
  const variants = cell instanceof GatedCell ? cell.variants : []
  const what = variants.length > 0 ? `${nameOf(cell)} with ${variants.join(', ')}` : nameOf(cell)
  return fail('compile', `there is no kernel for ${what}`)
}

function stageOf(cell: GatedCell): Stage {
  const { kernel, weightIh, weightHh, biasIh, biasHh } = withKernel(cell)
  return {
    kind: kernel,
    weightIh: weightIh.value,
    weightHh: weightHh.value,
    biasIh: biasIh?.value,
    biasHh: biasHh?.value,
  }
}

/** True for a module of that very class: what is derived from it may compute something else. */
function isA<M extends Module>(type: abstract new (...args: never[]) => M, module: Module): module is M {
  return module?.constructor === type
}

function nameOf(module: Module): string {
  return module.constructor.name
}
