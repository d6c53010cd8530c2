import type { DeviceArray } from '../../../kernels/elements.js'
import { transposed } from '../../../kernels/reference/strided.js'
import type { Saved, SequenceInput, SequenceKernel } from '../../../kernels/sequence.js'
import type { Strided } from '../../../kernels/strided.js'
import { isRowMajor, rowMajorStrides, type Shape, sizeOf } from '../../../shape.js'
import { Storage } from '../../../storage.js'
import type { Executor } from '../../executor.js'
import { operandOf } from '../../operand.js'
import { columnSums } from '../column-sums.js'
import { copying } from '../copy.js'
import { matrixProduct } from '../matmul.js'
import { flowIn, gradientBefore, gradientOfGates } from './backward.js'
import type { SequenceCell } from './cell.js'
import { keptOf, stateAfter } from './forward.js'
import type { Layer } from './step-program.js'
import { withoutPadding } from './without-padding.js'

/**
 * A cell over a whole sequence, and backpropagation through time by hand (Werbos 1990): what the reference does, in
 * as few programs as can be, as the steps have to wait for each other and each program has its price.
 *
 * Forward: W x + b is one matrix product for all steps; then a step is one program, from state to state. What is kept
 * for the way back is worked out for all steps at once when all states are there: that takes U h once more, but as
 * one matrix product.
 *
 * Back: with δₜ = dL/dsₜ, all of it,
 *
 *     δₜ₋₁ = dL/d(outputₜ₋₁) + (∂sₜ/∂sₜ₋₁)ᵀ δₜ
 *
 * a step is one program, too; when all δ are there, dL/d(W x + b) and dL/d(U h + d) follow from them for all steps at
 * once, and the sums over the steps are one matrix product each:
 *
 *     dW = Σₜ dL/d(W xₜ + b) xₜᵀ,   dU = Σₜ dL/d(U hₜ₋₁ + d) hₜ₋₁ᵀ
 *
 * A sequence that has ended is left alone: its state stays, its output is 0, and nothing flows.
 */
export function overSequence(executor: Executor, cell: SequenceCell): SequenceKernel<DeviceArray> {
  const { copy, concat } = copying(executor)
  const { matmul } = matrixProduct(executor)
  return {
    forward(input, save) {
      const layer = layerOf(input)
      const { B, T, H, G, S, before, after } = layer
      const inputs = {
        wx: matmul(rowsOf(input.x), transposed(input.weightIh)), // [B · T, G · H]
        biasIh: input.biasIh && rowMajor(input.biasIh),
        biasHh: input.biasHh && rowMajor(input.biasHh),
      }
      // [H, G · H], so that neighbours, which each make another unit, read weights that are neighbours
      const weights = rowMajor(transposed(input.weightHh))

      let state = S === 1 ? rowMajor(input.state[0]) : concat(input.state, 1) // [B, S · H]
      const states = [state]
      for (const t of times(input)) {
        state = stateAfter(layer, inputs, weights, state, t)
        states.push(state)
      }

      const all = inTime(layer, input.reverse ? states.reverse() : states)
      const hidden = (first: number) => {
        const h = { ...of(all, [B, T, H]), strides: [S * H, B * S * H, 1], offset: first * B * S * H }
        return layer.lengths ? withoutPadding(layer, operandOf(executor, h)) : copy(h, 'float32')
      }
      const trace = (): Trace => {
        const h = hidden(before)
        const uh = cell.keptOfState ? undefined : matmul(of(h, [B * T, H]), of(weights, [H, G * H]))
        const kept = keptOf(layer, inputs, uh, all)
        return { before: h, kept, bytes: 4 * (h.length + kept.length) }
      }
      return { output: hidden(after), state: partsOf(layer, state), saved: save ? trace() : undefined }
    },

    backward(input, saved, gradients, wantX) {
      const layer = layerOf(input)
      const { B, T, H, G } = layer
      const { before, kept } = saved as Trace
      const weights = rowMajor(input.weightHh) // [G · H, H]
      const dOutput = gradients.output && T > 0 ? operandOf(executor, gradients.output) : undefined
      const dParts = gradients.state.map((part) => part && operandOf(executor, part))

      // δ of each step from the last to the first, and dL/d(the state before that) in the end
      const back = times({ ...input, reverse: !input.reverse })
      let dState = flowIn(layer, dParts, dOutput, back[0] ?? T)
      const dStates = [dState]
      for (const [k, t] of back.entries()) {
        dState = gradientBefore(layer, { kept, weights, dOutput }, dState, t, back[k + 1] ?? T)
        dStates.push(dState)
      }

      const all = inTime(layer, input.reverse ? dStates : dStates.reverse())
      const dWx = gradientOfGates(layer, 'dWx', kept, all)
      const dUh = cell.dUh === cell.dWx ? dWx : gradientOfGates(layer, 'dUh', kept, all)
      const toW = of(dWx, [B * T, G * H])
      const toU = of(dUh, [B * T, G * H])
      return {
        x: wantX ? matmul(toW, input.weightIh) : undefined,
        state: partsOf(layer, dState),
        weightIh: matmul(transposed(toW), rowsWithoutPadding(layer, input.x)),
        weightHh: matmul(transposed(toU), of(before, [B * T, H])),
        biasIh: input.biasIh && sumOfRows(toW),
        biasHh: input.biasHh && sumOfRows(toU),
      }
    },
  }

  function layerOf({ x, weightHh, reverse, lengths }: SequenceInput): Layer {
    const [B, T] = x.shape
    const H = weightHh.shape[1]
    const [G, S, K] = [cell.wx, cell.before, cell.kept].map((names) => names.length)
    const [before, after] = reverse ? [1, 0] : [0, 1]
    return { executor, cell, B, T, H, G, S, K, before, after, lengths: lengths && rowMajor(lengths) }
  }

  /** x in row-major order: as it is, if it lies so. */
  function rowMajor(x: Strided): DeviceArray {
    const array = executor.array(x)
    const { shape, strides, offset } = x
    const liesSo = offset === 0 && array.length === sizeOf(shape) && isRowMajor(shape, strides)
    return liesSo ? array : copy(x, array.dtype)
  }

  /** x `[B, T, I]` as `[B · T, I]`: as it is, if the rows of all sequences are equally far apart. */
  function rowsOf(x: Strided): Strided {
    const [B, T, I] = x.shape
    const [stepB, stepT, stepI] = x.strides
    if (B !== 1 && T !== 1 && stepB !== T * stepT) return of(rowMajor(x), [B * T, I])
    return { ...x, shape: [B * T, I], strides: [T === 1 ? stepB : stepT, stepI] }
  }

  function rowsWithoutPadding(layer: Layer, x: Strided): Strided {
    if (!layer.lengths) return rowsOf(x)
    const [B, T, I] = x.shape
    return of(withoutPadding(layer, operandOf(executor, x)), [B * T, I])
  }

  /** T + 1 states `[B, S · H]` in the order of time as one array. */
  function inTime({ B, S, H }: Layer, states: readonly DeviceArray[]): DeviceArray {
    const parts = states.map((state) => of(state, [1, B, S * H]))
    return concat(parts, 0)
  }

  /** A state `[B, S · H]` as its parts, each `[B, H]`. */
  function partsOf({ B, S, H }: Layer, state: DeviceArray): DeviceArray[] {
    const packed = of(state, [B, S * H])
    return cell.before.map((_, p) => copy({ ...packed, shape: [B, H], offset: p * H }, 'float32'))
  }

  function sumOfRows(x: Strided): DeviceArray {
    const rows = operandOf(executor, x)
    return columnSums(executor, 'sumOfRows', [rows], x.shape[1], ([a]) => a, 'float32')
  }
}

/** What the way back needs of the way forward. */
interface Trace extends Saved {
  /** h before each step, `[B · T, H]`. */
  readonly before: DeviceArray
  /** What the cell keeps of each step, `[B · T, K · H]`. */
  readonly kept: DeviceArray
}

/** The steps in the order in which they are gone. */
function times({ x, reverse }: SequenceInput): number[] {
  const [, T] = x.shape
  return Array.from({ length: T }, (_, step) => (reverse ? T - 1 - step : step))
}

/** A result as an operand. */
function of(array: DeviceArray, shape: Shape): Strided {
  return { storage: new Storage(array), shape, strides: rowMajorStrides(shape), offset: 0 }
}
