import {
  type DType,
  fail,
  formatShape,
  isFloat,
  type Kernels,
  type NestedArray,
  type Shape,
  type Tensor,
  type TypedArray,
} from '@unroll/tensor'
import { addHook, attachHooks, type GradHook, type Hooks } from './hooks.js'
import type { VariableMethods } from './methods.js'
import { type Edge, metaOf, TapeEntry } from './tape.js'

/** What an op takes: a variable, or a constant. */
export type Operand = Variable | Tensor | number

/**
 * A tensor that gradients can be taken with respect to.
 *
 * It is a leaf when it was made by hand (a parameter, an input), and otherwise it remembers the tape
 * entry of the op that made it. Every op of this package is a method too, `add(a, b)` is `a.add(b)`, and
 * so is `backward`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are installed by methods.ts from the table of ops
export class Variable {
  /** For messages and tables. */
  name: string | undefined
  /** Where it came from: undefined for a constant. */
  edge: Edge | undefined
  /** See `onGrad`. */
  hooks: Hooks | undefined
  #grad: Variable | undefined

  constructor(
    readonly value: Tensor,
    edge?: Edge,
  ) {
    this.edge = edge
  }

  /** dL/d(this), summed over the calls of `backward` since the last `zeroGrad`; of leaves, and where `retainGrad` was called. */
  get grad(): Variable | undefined {
    return this.hooks?.retained ? this.hooks.retained.grad : this.#grad
  }

  set grad(grad: Variable | undefined) {
    if (this.hooks?.retained) this.hooks.retained.grad = grad
    else this.#grad = grad
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
    if (this.edge && this.hooks) this.edge.entry.hooks = [this.hooks]
    // However its first values came about, what is trained is data, and on a device of its own.
    if (wanted) this.value.storage.isRule = false
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

  /** The values in row-major order, as a copy, wherever they are: the way to those on a device. */
  read(): Promise<TypedArray> {
    return this.value.read()
  }

  /** The kernels in whose memory the values are; undefined for the host's. */
  get device(): Kernels | undefined {
    return this.value.device
  }

  /**
   * The same values in the memory of a device, as a constant; this variable itself if they are there.
   * @throws UnrollError when gradients flow to it, which would have to come back from the device; and as `Tensor.to`.
   */
  to(device: Kernels): Variable {
    const value = this.value.to(device)
    if (value === this.value) return this
    if (this.edge)
      fail(
        'to',
        `gradients flow to this ${formatShape(this.shape)}, and would have to come back from ${device.name}: move what is trained with model.to(device), make it there by parameter(x.to(device)), or detach() it first`,
      )
    return new Variable(value)
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

  /**
   * Calls `hook` with the total gradient that arrives at this value, once in every walk back that comes by. What it returns, if
   * anything, takes the place of that gradient: for `grad`, for what this value was made of, and for the
   * hooks added later. Hooks go with the tape when that is released; those of a leaf stay. PyTorch's `register_hook`.
   *
   * `gradients` calls hooks as `backward` does, and so do all transforms that are made of it. Its gradient may be
   * changed in place by the hook, but not with `createGraph`.
   * @returns the function that takes the hook off again
   * @throws UnrollError when no gradient flows here, or the hook is no function; on the way back, when a hook gives something of another
   * shape or dtype.
   */
  onGrad(hook: GradHook): () => void {
    const edge = this.#edgeFor('onGrad')
    this.hooks ??= attachHooks(edge)
    return addHook(this.hooks, hook)
  }

  /**
   * Has the gradient of this value added to `grad` too, though it is the result of an op: what its hooks make of
   * it. Nothing changes for a leaf, which has it anyway. PyTorch's `retain_grad`.
   * @throws UnrollError when no gradient flows here.
   */
  retainGrad(): this {
    const edge = this.#edgeFor('retainGrad')
    if (this.isLeaf) return this
    this.hooks ??= attachHooks(edge)
    this.hooks.retained ??= { grad: this.#grad } // shared with the tape, which so does not hold on to this
    return this
  }

  #edgeFor(op: string): Edge {
    return this.edge ?? fail(op, `no gradient flows to this ${formatShape(this.shape)}: it is a constant`)
  }
}

export interface Variable extends VariableMethods {}
