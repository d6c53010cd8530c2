import {
  type DType,
  fail,
  formatShape,
  isFloat,
  type NestedArray,
  type Shape,
  type Tensor,
  type TypedArray,
} from '@unroll/tensor'
import type { VariableMethods } from './methods.js'
import { type Edge, metaOf, TapeEntry } from './tape.js'

/** What an op takes: a variable, or a constant. */
export type Operand = Variable | Tensor | number

/** Called with the gradient of a leaf before it is added to `grad`; what it returns, if anything, takes its place. */
export type GradHook = (grad: Variable) => Variable | undefined | void

/**
 * A tensor that gradients can be taken with respect to.
 *
 * It is a leaf when it was made by hand (a parameter, an input), and otherwise it remembers the tape
 * entry of the op that made it. Every op of this package is a method too, `add(a, b)` is `a.add(b)`, and
 * so is `backward`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are installed by methods.ts from the table of ops
export class Variable {
  /** dL/d(this), summed over the calls of `backward` since the last `zeroGrad`; leaves only. */
  grad: Variable | undefined
  /** For messages and tables. */
  name: string | undefined
  /** Where it came from: undefined for a constant. */
  edge: Edge | undefined
  /** Of a leaf: see `onGrad`. */
  hooks: Set<GradHook> | undefined

  constructor(
    readonly value: Tensor,
    edge?: Edge,
  ) {
    this.edge = edge
  }

  /** True when gradients flow to it. */
  get requiresGrad(): boolean {
    return this.edge !== undefined
  }

  /** Makes a leaf take gradients, or a constant. @throws UnrollError for the result of an op, or for ints. */
  set requiresGrad(wanted: boolean) {
    if (wanted === this.requiresGrad) return
    if (!this.isLeaf)
      fail('requiresGrad', 'only a leaf can change it; use detach() to cut the result of an op off')
    if (wanted && !isFloat(this.dtype)) fail('requiresGrad', `only floats have gradients, got ${this.dtype}`)
    this.edge = wanted
      ? { entry: new TapeEntry('leaf', [], [metaOf(this.value)], this), output: 0 }
      : undefined
  }

  /** True when no op on the tape made it. */
  get isLeaf(): boolean {
    return this.edge === undefined || this.edge.entry.leaf === this
  }

  get shape(): Shape {
    return this.value.shape
  }

  get dtype(): DType {
    return this.value.dtype
  }

  get rank(): number {
    return this.value.rank
  }

  get size(): number {
    return this.value.size
  }

  /** The values in row-major order; for reading. */
  get data(): TypedArray {
    return this.value.data
  }

  /** The value, of a variable of one element. */
  item(): number {
    return this.value.item()
  }

  toArray(): NestedArray {
    return this.value.toArray()
  }

  toString(): string {
    return this.value.toString()
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { op } = this.edge?.entry ?? { op: 'constant' }
    return `Variable ${this.name ?? ''}${formatShape(this.shape)} ${this.dtype} (${op})\n${this}`
  }

  /** The same value, off the tape: a constant. */
  detach(): Variable {
    return new Variable(this.value)
  }

  /** Forgets the gradient. */
  zeroGrad(): void {
    this.grad = undefined
  }

  /** Calls `hook` whenever `backward` has a gradient for this leaf. Returns the function that takes it off again. */
  onGrad(hook: GradHook): () => void {
    if (!this.isLeaf || !this.requiresGrad) fail('onGrad', 'wants a leaf that requires a gradient')
    this.hooks ??= new Set()
    this.hooks.add(hook)
    return () => this.hooks?.delete(hook)
  }
}

export interface Variable extends VariableMethods {}
