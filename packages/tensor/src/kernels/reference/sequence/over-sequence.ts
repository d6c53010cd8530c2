import type { DType, TypedArray } from '../../../dtype.js'
import type { Strided } from '../../kernels.js'
import type { Saved, SequenceInput, SequenceKernel } from '../../sequence.js'
import { copy } from '../elementwise.js'
import { matmul } from '../matmul.js'
import { dtypeOfStrided, rowMajor, transposed } from '../strided.js'
import type { SequenceCell, Vector } from './cell.js'

/**
 * A cell over a whole sequence, and backpropagation through time by hand (Werbos 1990).
 *
 * Forward: from the state before the first step, s₁ = cell(x₁, s₀), s₂ = cell(x₂, s₁), …, with the same weights at
 * every step. What only the input has a part in, W x + b, is one matrix product for all steps.
 *
 * Back: the loss L depends on the state sₜ in two ways, by the output at t and by the state after it. So
 * with δₜ = dL/dsₜ, all of it,
 *
 *     δₜ = dL/d(outputₜ) + (∂sₜ₊₁/∂sₜ)ᵀ δₜ₊₁
 *
 * which is had from the last step to the first. Of the second term the cell knows what goes from state to state
 * directly; what goes by way of U h + d is Uᵀ dL/d(U h + d). As the weights are the same at all steps, their
 * gradients are sums over the steps (and sequences), and each sum is one matrix product in the end:
 *
 *     dW = Σₜ dL/d(W xₜ + b) xₜᵀ,   dU = Σₜ dL/d(U hₜ₋₁ + d) hₜ₋₁ᵀ
 *
 * A sequence that has ended is left alone: its state stays, its output is 0, and nothing flows.
 * All is computed in float64, and rounded when it is done.
 */
export function overSequence(cell: SequenceCell): SequenceKernel {
  const { gates, keeps } = cell
  return {
    forward(given, save) {
      const input = inFloat64(given)
      const { B, T, I, H } = sizesOf(input)
      const wx = affine(rowMajor(copied(input.x), [B * T, I]), input.weightIh, input.biasIh) // [B · T, gates · H]
      const state = input.state.map(copied) // each [B, H]
      const output = new Float64Array(B * T * H)
      const before = state.map(() => new Float64Array(B * T * H))
      const kept = new Float64Array(B * T * keeps * H)

      eachStep(input, (t, moving) => {
        const uh = affine(rowMajor(state[0], [B, H]), input.weightHh, input.biasHh) // [B, gates · H]
        for (const b of moving) {
          const row = b * T + t
          const now = state.map((part) => vector(part, b, H))
          const former = before.map((rows) => vector(rows, row, H))
          former.forEach((part, p) => {
            part.set(now[p])
          })
          cell.forward(
            vectors(wx, row, gates, H),
            vectors(uh, b, gates, H),
            former,
            now,
            vectors(kept, row, keeps, H),
          )
          output.set(now[0], row * H)
        }
      })

      const saved: Trace = { before, kept, bytes: 8 * (before.length * B * T * H + kept.length) }
      const dtype = dtypeOfStrided(given.x)
      return {
        output: rounded(output, dtype),
        state: state.map((part) => rounded(part, dtype)),
        saved: save ? saved : undefined,
      }
    },

    backward(given, saved, gradients, wantX) {
      const input = inFloat64(given)
      const { B, T, I, H } = sizesOf(input)
      const { before, kept } = saved as Trace
      const dOutput = gradients.output && copied(gradients.output)
      const dState = gradients.state.map((part) => (part ? copied(part) : new Float64Array(B * H))) // δ, each [B, H]
      const dWx = new Float64Array(B * T * gates * H)
      const dUh = new Float64Array(B * T * gates * H)

      eachStepBack(input, (t, moving) => {
        for (const b of moving) {
          const row = b * T + t
          const now = dState.map((part) => vector(part, b, H))
          if (dOutput) addTo(now[0], vector(dOutput, row, H))
          cell.backward(
            before.map((rows) => vector(rows, row, H)),
            vectors(kept, row, keeps, H),
            now.map((part) => part.slice()),
            vectors(dWx, row, gates, H),
            vectors(dUh, row, gates, H),
            now,
          )
        }
        // + Uᵀ dL/d(U h + d): 0 for those that did not move
        const ofStep: Strided = {
          storage: { data: dUh },
          shape: [B, gates * H],
          strides: [T * gates * H, 1],
          offset: t * gates * H,
        }
        addTo(dState[0], product(ofStep, input.weightHh))
      })

      const dtype = dtypeOfStrided(given.x)
      const rows = (data: Float64Array, length: number) => rowMajor(data, [B * T, length])
      const [toW, toU] = [rows(dWx, gates * H), rows(dUh, gates * H)]
      return {
        x: wantX ? rounded(product(toW, input.weightIh), dtype) : undefined,
        state: dState.map((part) => rounded(part, dtype)),
        weightIh: rounded(product(transposed(toW), rows(withoutPadding(input), I)), dtype),
        weightHh: rounded(product(transposed(toU), rows(before[0], H)), dtype),
        biasIh: input.biasIh && rounded(columnSums(toW), dtype),
        biasHh: input.biasHh && rounded(columnSums(toU), dtype),
      }
    },
  }
}

/** What the way back needs of the way forward. */
interface Trace extends Saved {
  /** The state before each step, each part `[B · T, H]`. */
  readonly before: readonly Float64Array[]
  /** What the cell keeps of each step, `[B · T, keeps · H]`. */
  readonly kept: Float64Array
}

function sizesOf({ x, weightHh }: SequenceInput) {
  const [B, T, I] = x.shape
  return { B, T, I, H: weightHh.shape[1] }
}

/** Visits the steps in order, each with the sequences that move at it: those that have not ended. */
function eachStep(input: SequenceInput, visit: (t: number, moving: number[]) => void): void {
  const { B, T } = sizesOf(input)
  const lengths = lengthsOf(input)
  for (let step = 0; step < T; step++) {
    const t = input.reverse ? T - 1 - step : step
    visit(
      t,
      Array.from({ length: B }, (_, b) => b).filter((b) => t < lengths[b]),
    )
  }
}

/** The same, from the last to the first. */
function eachStepBack(input: SequenceInput, visit: (t: number, moving: number[]) => void): void {
  eachStep({ ...input, reverse: !input.reverse }, visit)
}

function lengthsOf(input: SequenceInput): TypedArray {
  const { B, T } = sizesOf(input)
  return input.lengths ? copy(input.lengths, 'int32') : new Int32Array(B).fill(T)
}

/** x `[B · T, I]` with zeros beyond the ends: whatever stands there (NaN, even) must not meet a gradient of 0. */
function withoutPadding(input: SequenceInput): Float64Array {
  const { B, T, I } = sizesOf(input)
  const x = copied(input.x)
  const lengths = lengthsOf(input)
  for (let b = 0; b < B; b++) x.fill(0, (b * T + lengths[b]) * I, (b + 1) * T * I)
  return x
}

/** x Wᵀ + b for rows x */
function affine(x: Strided, weight: Strided, bias: Strided | undefined): Float64Array {
  const y = product(x, transposed(weight))
  if (!bias) return y
  const b = copied(bias)
  for (let start = 0; start < y.length; start += b.length) addTo(y.subarray(start, start + b.length), b)
  return y
}

/** The matrix product, of float64. */
function product(a: Strided, b: Strided): Float64Array {
  return matmul(a, b) as Float64Array
}

function columnSums({ storage: { data }, shape: [rows, columns] }: Strided): Float64Array {
  const sums = new Float64Array(columns)
  for (let row = 0; row < rows; row++) addTo(sums, vector(data as Float64Array, row, columns))
  return sums
}

function addTo(target: Float64Array, source: Float64Array): void {
  for (let j = 0; j < target.length; j++) target[j] += source[j]
}

/** Row number `row` of rows of H, as a window. */
function vector(data: Float64Array, row: number, H: number): Vector {
  return data.subarray(row * H, (row + 1) * H)
}

/** Row number `row` of rows of count · H, as `count` windows. */
function vectors(data: Float64Array, row: number, count: number, H: number): Vector[] {
  return Array.from({ length: count }, (_, k) => vector(data, row * count + k, H))
}

/** All that is computed with, in float64. */
function inFloat64(input: SequenceInput): SequenceInput {
  const convert = (x: Strided) => (dtypeOfStrided(x) === 'float64' ? x : rowMajor(copied(x), x.shape))
  const { x, state, weightIh, weightHh, biasIh, biasHh } = input
  return {
    ...input,
    x: convert(x),
    state: state.map(convert),
    weightIh: convert(weightIh),
    weightHh: convert(weightHh),
    biasIh: biasIh && convert(biasIh),
    biasHh: biasHh && convert(biasHh),
  }
}

/** A float64 copy in row-major order. */
function copied(x: Strided): Float64Array {
  return copy(x, 'float64') as Float64Array
}

function rounded(values: Float64Array, dtype: DType): TypedArray {
  return dtype === 'float64' ? values : new Float32Array(values)
}
