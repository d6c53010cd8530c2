import { copy, fail, formatShape, full, type Tensor, tracer, undoable } from '@unroll/tensor'
import { readToHost } from '../state/device.js'

/** The names of the slots that a kind of optimiser has: of every parameter that took a step, and only with some options. */
export interface SlotNames {
  readonly always: readonly string[]
  readonly sometimes: readonly string[]
  /** Those that are sums or means of squares: never below 0, or a step would give NaN. */
  readonly squares?: readonly string[]
}

/** A tensor that is remembered. */
interface Slot {
  readonly value: Tensor
  /** What it was filled with. */
  readonly initial: number
  /** How many steps there had been when it was. */
  since: number
}

/**
 * What is remembered of one parameter: a few tensors, and the number of its steps.
 *
 * A step that is compiled is traced without being done, and may fail when it is replayed. So the number of
 * steps is what the host counts in every replay, and a slot that no step has been through is as if it were not there.
 */
export class Slots {
  readonly #slots = new Map<string, Slot>()
  readonly #like: Tensor
  #step = 0

  /** @param like the parameter */
  constructor(like: Tensor) {
    this.#like = like
    // Those of an optimiser that a step makes are new in every replay.
    tracer()?.effect(() => {
      this.#step = 0
    })
  }

  /** t, the number of the step: 1 at the first. To be read where the options of a step are asked for, as replays ask again. */
  get step(): number {
    return this.#step
  }

  /** How many steps a slot has been through, with the one that is being done. */
  stepsOf(name: string): number {
    const slot = this.#slots.get(name)
    return slot ? this.#step - slot.since : 0
  }

  /** Has a step been through the slot? */
  has(name: string): boolean {
    return this.stepsOf(name) > 0
  }

  /**
   * A slot's tensor, to be changed in place; at first, of the parameter's shape and dtype and filled with `initial`. It goes
   * to the device that the parameter is on with the next step.
   * @throws UnrollError when it is on a device that the parameter has left.
   */
  get(name: string, initial = 0): Tensor {
    const { shape, dtype, device } = this.#like
    let slot = this.#slots.get(name)
    if (!slot) {
      slot = { value: full(shape, initial, { dtype }), initial, since: this.#step - (tracer() ? 0 : 1) }
      this.#slots.set(name, slot)
    }
    const { storage } = slot.value
    if (storage.device === undefined)
      storage.isRule = true // it is nobody's but the optimiser's, so that any device may go on with it
    else if (storage.device !== device && !tracer())
      fail(
        'Optimizer.step',
        `what it remembers of a parameter ${formatShape(shape)} is on ${storage.device.name}, and the parameter on ${device?.name ?? 'the host'}: await optimizer.toHost()`,
      )
    return slot.value
  }

  /** Counts a step. */
  countStep(): void {
    // Taken back one by one: others may count while a step that was compiled is on its way.
    undoable({}, () => () => {
      this.#step--
    })
    this.#step++
  }

  /** The tensors that steps have been through, by name, as copies. */
  copies(): [name: string, value: Tensor][] {
    return [...this.#slots].filter(([name]) => this.has(name)).map(([name, { value }]) => [name, copy(value)])
  }

  /** Goes on from other tensors, which become its own, and another number of steps. Slots that are not among them begin anew. */
  load(values: ReadonlyMap<string, Tensor>, step: number): void {
    for (const [name, value] of values)
      if (!this.#slots.has(name)) this.#slots.set(name, { value, initial: 0, since: 0 })
    for (const [name, slot] of this.#slots) {
      const { storage, shape, dtype } = slot.value
      const loaded = values.get(name)
      // A compiled step holds on to the tensor: it is that which changes.
      if (loaded !== slot.value) {
        storage.changes()
        storage.elements = (loaded ?? full(shape, slot.initial, { dtype })).storage.elements
      }
      slot.since = loaded ? -1 : step
    }
    this.#step = step
  }

  /** Brings the tensors back to the host. */
  async toHost(): Promise<void> {
    await readToHost([...this.#slots.values()].map(({ value }) => value.storage))
  }
}
