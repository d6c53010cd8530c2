import type { TypedArray } from '../../dtype.js'
import { fail } from '../../errors.js'
import { formatShape } from '../../shape.js'
import { Tensor } from '../../tensor.js'
import { toFloats } from '../floats.js'
import { overlap } from './overlap.js'
import type { Plan } from './plan.js'
import { inTurn, type Leaf, leavesOf, rebuild } from './tree.js'

/** The input of one step, as it is when it is handed in. */
export class GivenInput {
  /** A copy of it. */
  readonly tree: unknown
  /** The elements of its tensors, for the device. */
  readonly data: readonly Float32Array[]
  /** What its tensors are: `input.x [8, 16] int32`. */
  readonly described: readonly string[]
  /** Inputs of one signature go by one trace. */
  readonly signature: string
  readonly #leaves: readonly Leaf[]
  readonly #copies: readonly TypedArray[]

  /** @throws UnrollError when it is anything else than tensors of the host's, of a dtype that a device has. */
  constructor(input: unknown) {
    this.#leaves = leavesOf('compile', input, 'input')
    for (const leaf of this.#leaves) checkLeaf(leaf)
    this.#copies = this.#leaves.map(({ tensor }) => tensor.data.slice())
    const tensors = this.#leaves.map(({ tensor: { shape } }, k) => Tensor.from(this.#copies[k], shape))
    this.tree = rebuild(input, inTurn(tensors))
    this.data = this.#copies.map((data) => toFloats('compile', data))
    this.described = this.#leaves.map(
      ({ path, tensor: { shape, dtype } }) => `${path} ${formatShape(shape)} ${dtype}`,
    )
    this.signature = this.described.join(', ')
  }

  /** @throws what an op would throw that met these elements, an index that is out of range, say; or when the step would change them. */
  check({ checks, updates }: Plan): void {
    for (const { of, test } of checks) if (typeof of === 'number') test(this.#copies[of])
    for (const { path, tensor } of this.#leaves)
      for (const { storage } of updates)
        if (overlap(tensor.storage.data, storage.data))
          fail('compile', `${path} shares its memory with a tensor that the step changes: hand in a copy`)
  }
}

function checkLeaf({ path, tensor, found }: Leaf): void {
  const { device, shape, dtype } = tensor
  if (found !== tensor) fail('compile', `${path} is a variable: hand in its value`)
  if (device)
    fail('compile', `${path} ${formatShape(shape)} is on ${device.name}: hand in tensors of the host`)
  if (dtype === 'float64')
    fail('compile', `${path} ${formatShape(shape)} is of float64, which no GPU has: cast it`)
}
