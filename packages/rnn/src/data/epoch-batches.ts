import { fail, kindOf, type Random } from '@unroll/tensor'
import type { Batches, BatchesState } from './batches.js'
import type { Dataset } from './dataset.js'

/** The items of each batch of an epoch: drawn from the generator, or in order where there is none. */
export type Plan = (rng: Random | undefined) => Int32Array[]

/** Batches by a plan that is made anew at the beginning of each epoch. */
export class EpochBatches<B> implements Batches<B> {
  readonly length: number
  readonly size: number
  readonly #data: Dataset<B>
  readonly #plan: Plan
  /** The plan of the epoch begun last; before the first, the one without shuffling. */
  #epoch: Int32Array[]
  #given = 0
  #began: readonly number[] | undefined
  #resumed = false

  constructor(
    data: Dataset<B>,
    plan: Plan,
    readonly rng: Random | undefined,
  ) {
    this.#data = data
    this.#plan = plan
    this.#epoch = plan(undefined)
    this.length = this.#epoch.length
    this.size = this.#epoch.reduce((sum, items) => sum + items.length, 0)
  }

  *[Symbol.iterator](): IterableIterator<B> {
    if (this.#resumed) this.#resumed = false
    else this.#begin()
    const epoch = this.#epoch
    for (let i = this.#given; i < epoch.length; i++) {
      const batch = this.#data.take(epoch[i])
      if (this.#epoch === epoch) this.#given = i + 1
      yield batch
    }
    if (this.#epoch === epoch) this.#given = 0
  }

  get padding(): number {
    const { lengths } = this.#data
    if (!lengths) return 0
    let steps = 0
    let real = 0
    for (const items of this.#epoch) {
      const own = items.map((item) => lengths[item])
      steps += own.length * longest(own)
      real += own.reduce((sum, length) => sum + length, 0)
    }
    return 1 - real / steps
  }

  get state(): BatchesState {
    const { rng } = this
    const given = this.#given
    return {
      given,
      ...(given > 0 && { items: itemsIn(this.#epoch, given), size: this.size }),
      ...(given > 0 && rng && { began: this.#began }),
      ...(rng && { rng: [...rng.state] }),
    }
  }

  set state(state: BatchesState) {
    const { given, items, size, began, rng } = state ?? {}
    if (!Number.isInteger(given) || given < 0 || given > this.length)
      fail('batches', `a state says how many of the ${this.length} batches were given, got ${kindOf(given)}`)
    if (Boolean(this.rng) !== Boolean(rng) || Boolean(this.rng && given > 0) !== Boolean(began))
      fail('batches', `the state is not one of batches that are ${this.rng ? '' : 'not '}shuffled`)
    if (given > 0) {
      const before = this.rng && [...this.rng.state]
      if (this.rng && began) this.rng.state = began
      const epoch = this.#plan(this.rng)
      const own = itemsIn(epoch, given)
      if (items !== own || size !== this.size) {
        if (this.rng && before) this.rng.state = before
        fail(
          'batches',
          `the state is of other batches: ${given} of them had ${kindOf(items)} of ${kindOf(size)} items, of these ${own} of ${this.size}`,
        )
      }
      this.#began = began
      this.#epoch = epoch
    }
    if (this.rng && rng) this.rng.state = rng
    this.#given = given
    this.#resumed = given > 0
  }

  #begin(): void {
    this.#began = this.rng && [...this.rng.state]
    this.#epoch = this.#plan(this.rng)
    this.#given = 0
  }
}

/** Items in their order, a batch after the other. */
export function cut(items: Int32Array, batchSize: number, dropLast: boolean): Int32Array[] {
  const count = (dropLast ? Math.floor : Math.ceil)(items.length / batchSize)
  return Array.from({ length: count }, (_, i) => items.subarray(i * batchSize, (i + 1) * batchSize))
}

/** How many items the first batches have. */
function itemsIn(epoch: readonly Int32Array[], batches: number): number {
  return epoch.slice(0, batches).reduce((sum, items) => sum + items.length, 0)
}

export function longest(lengths: Int32Array): number {
  return lengths.reduce((most, length) => Math.max(most, length), 0)
}
