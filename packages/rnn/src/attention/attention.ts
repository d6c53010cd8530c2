import { matmul, squeeze, unsqueeze, Variable, where } from '@unroll/autograd'
import {
  checkNames,
  fail,
  formatShape,
  kindOf,
  type OptionNames,
  sameShape,
  Tensor,
  unsqueeze as withAxis,
} from '@unroll/tensor'
import type { Lengths } from '../layers/lengths.js'
import { asVariable } from '../modules/input.js'
import { Module } from '../modules/module.js'
import { checkSize } from '../modules/options.js'
import { keysWithin, maskedSoftmax } from './mask.js'

/** What a decoder attends to, ready for it: plain data, with the batch first in every part. */
export type Memory = {
  /** What the scores are made of, `[N, S, …]`: see `Attention.keysOf`. */
  readonly keys: Variable
  /** What is read, `[N, S, memorySize]`; zeros where nothing is to be read. */
  readonly values: Variable
  /** Bools `[N, S]`, true where there is something. Left out: everywhere. */
  readonly mask?: Tensor
}

export interface MemoryOptions {
  /** How much of each memory there is, from 1 to S: N numbers, or an int32 tensor `[N]`. Default: all S. */
  lengths?: Lengths
  /** Or which places there are: bools `[N, S]`, true = may be read. */
  mask?: Tensor
}

const memoryOptions: OptionNames<MemoryOptions> = { lengths: true, mask: true }

export interface Reading {
  /** `[N, memorySize]`, or `[N, T, memorySize]` */
  readonly context: Variable
  /** `[N, S]`, or `[N, T, S]`; each row sums to 1 (to 0 where the mask leaves nothing) */
  readonly weights: Variable
}

/**
 * Attention of a decoder to a memory, such as an encoder's outputs: what is read is their mean, weighted by how
 * well each fits the query, by a score that the kinds of attention differ in:
 *
 *     a = softmax(score(q, m₁), …, score(q, m_S)),   context = Σ aₛ mₛ
 *
 * The part of the scores that does not need the query is made once:
 *
 *     const memory = attention.over(encoded, { lengths })        // encoded [N, S, memorySize]
 *     const { context, weights } = attention.read(query, memory) // query [N, querySize], at each step
 */
export abstract class Attention extends Module {
  constructor(
    readonly querySize: number,
    readonly memorySize: number,
  ) {
    super()
    checkSize(this.constructor.name, 'querySize', querySize)
    checkSize(this.constructor.name, 'memorySize', memorySize)
  }

  /** What the score makes of a memory `[N, S, memorySize]` without a query: `[N, S, …]`. Default: nothing. */
  keysOf(memory: Variable): Variable {
    return memory
  }

  /** How well each key `[N, S, …]` fits each query `[N, T, querySize]`: `[N, T, S]` */
  abstract score(query: Variable, keys: Variable): Variable

  /**
   * A memory `[N, S, memorySize]`, made ready to be read.
   * @throws UnrollError when it has another shape, or the lengths or the mask do not fit it.
   */
  over(memory: Variable | Tensor, options: MemoryOptions = {}): Memory {
    const op = this.constructor.name
    checkNames(op, options, memoryOptions)
    const { lengths, mask } = options
    const all = asVariable(op, memory)
    if (all.rank !== 3 || all.shape[2] !== this.memorySize)
      fail(op, `wants a memory [N, S, ${this.memorySize}], got ${formatShape(all.shape)}`)
    const [N, S] = all.shape
    if (lengths !== undefined && mask !== undefined)
      fail(op, 'lengths and mask say the same thing: give one of them')
    let exists: Tensor | undefined
    if (mask !== undefined) exists = checkPlaces(op, mask, N, S)
    else if (lengths !== undefined) exists = keysWithin(op, lengths, N, S)
    if (!exists) return { keys: this.keysOf(all), values: all }
    // What is not there, NaN even, must not meet a weight or a gradient of 0.
    const values = where(withAxis(exists, 2), all, 0)
    return { keys: this.keysOf(values), values, mask: exists }
  }

  /**
   * Reads a memory: by a query `[N, querySize]`; or by those of T steps, `[N, T, querySize]`, at once.
   * @throws UnrollError when the query has another shape, or the memory does not come from `over`.
   */
  read(query: Variable | Tensor, memory: Memory): Reading {
    const op = this.constructor.name
    const q = asVariable(op, query)
    if (!(memory?.keys instanceof Variable && memory.values instanceof Variable))
      fail(op, `wants a memory that is ready to be read, as over gives it, got ${kindOf(memory)}`)
    const { keys, values, mask } = memory
    const N = values.shape[0]
    if ((q.rank !== 2 && q.rank !== 3) || q.shape[0] !== N || q.shape.at(-1) !== this.querySize)
      fail(
        op,
        `wants a query [${N}, ${this.querySize}] or [${N}, T, ${this.querySize}], got ${formatShape(q.shape)}`,
      )
    if (q.rank === 2) {
      const { context, weights } = this.read(unsqueeze(q, 1), memory)
      return { context: squeeze(context, 1), weights: squeeze(weights, 1) }
    }
    const weights = maskedSoftmax(this.score(q, keys), mask && withAxis(mask, 1))
    return { context: matmul(weights, values), weights }
  }
}

function checkPlaces(op: string, mask: Tensor, N: number, S: number): Tensor {
  if (!(mask instanceof Tensor)) fail(op, `wants a mask that is a Tensor, got ${kindOf(mask)}`)
  if (!sameShape(mask.shape, [N, S]) || mask.dtype !== 'bool')
    fail(op, `wants a mask [${N}, ${S}] of bools, got ${formatShape(mask.shape)} ${mask.dtype}`)
  return mask
}
