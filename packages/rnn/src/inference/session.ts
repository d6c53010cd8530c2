import { Variable } from '@unroll/autograd'
import { type DType, fail, kernelsFor, kindOf, type Stepper, type TypedArray, tensor } from '@unroll/tensor'
import { checkState, type State, type StateSizes } from '../cells/state.js'
import type { Part } from './part.js'

/**
 * Modules made ready for inference, for one sequence and one step at a time, with the state kept in between: see
 * `compile`. The weights are a copy in memory of the kernels, and a step allocates nothing. Nothing is recorded on
 * the tape, and there is nothing to dispose of.
 */
export class Session {
  readonly #parts: readonly Part[]
  readonly #dtype: DType
  #stepper: Stepper

  /** To be had from `compile`. */
  constructor(parts: readonly Part[], dtype: DType) {
    this.#parts = parts
    this.#dtype = dtype
    this.#stepper = this.#makeStepper()
  }

  /**
   * Goes a step further.
   *
   * @param x an index when the first module is an `Embedding`, else a vector of its input size
   * @returns what the last module gives. The array is the session's own, and the next step writes over it: copy what
   * is to be kept.
   * @throws UnrollError when the index is out of range, or the vector of another length.
   */
  step(x: number | ArrayLike<number>): TypedArray {
    const { name, takes } = this.#parts[0]
    if ('indices' in takes) {
      if (!(Number.isInteger(x) && (x as number) >= 0 && (x as number) < takes.indices))
        fail('Session.step', `${name} wants an index from 0 to ${takes.indices - 1}, got ${kindOf(x)}`)
    } else if (typeof x === 'number' || x?.length !== takes.length) {
      fail('Session.step', `${name} wants ${takes.length} numbers, got ${lengthOf(x) ?? kindOf(x)}`)
    }
    return this.#stepper.step(x)
  }

  /**
   * The state of each recurrent module, in their order and their own form: the parts of a layer's are
   * `[numLayers, 1, H]`, of a cell's `[1, H]`. So a sequence can be begun by a layer and continued by a session, or
   * the other way round:
   *
   *     const [output, state] = lstm.forward(beginning)
   *     session.states = [state]
   *
   * Reading gives copies. A layer's parts can be written as `[numLayers, H]` too, as they are without a batch.
   *
   * @throws UnrollError when a state is missing, too many, or of another form; then none is changed.
   */
  get states(): State[] {
    return this.#recurrentParts().map(({ names, shape, cells }) => {
      const value = (p: number) =>
        tensor(
          cells.flatMap((cell) => [...cell[p]]),
          { shape, dtype: this.#dtype },
        )
      return Object.fromEntries(names.map((name, p) => [name, new Variable(value(p))])) as State
    })
  }

  set states(states: readonly State[]) {
    const parts = this.#recurrentParts()
    if (!Array.isArray(states) || states.length !== parts.length)
      fail(
        'Session.states',
        `wants a list of ${parts.length}, one for each recurrent module; got ${lengthOf(states) ?? kindOf(states)}`,
      )
    parts.forEach(({ name, names, shape }, i) => {
      const isUnbatched = shape.length === 3 && states[i]?.h?.rank === 2
      const wanted = isUnbatched ? [shape[0], shape[2]] : shape
      const sizes = Object.fromEntries(names.map((part) => [part, wanted[wanted.length - 1]])) as StateSizes
      checkState(`Session.states: ${name}`, states[i], sizes, () => wanted)
    })
    parts.forEach(({ names, cells }, i) => {
      names.forEach((name, p) => {
        const { data } = (states[i] as Record<string, Variable>)[name].value
        cells.forEach((cell, k) => {
          const H = cell[p].length
          cell[p].set(data.subarray(k * H, (k + 1) * H))
        })
      })
    })
  }

  /** Sets the states to zeros: another sequence begins. */
  reset(): void {
    for (const part of this.#stepper.states.flat()) part.fill(0)
  }

  /** Copies the weights of the modules again: they may have been trained, or loaded. The states stay. */
  reload(): void {
    const { states } = this.#stepper
    this.#stepper = this.#makeStepper()
    for (const [k, cell] of this.#stepper.states.entries())
      for (const [p, part] of cell.entries()) part.set(states[k][p])
  }

  #makeStepper(): Stepper {
    return kernelsFor(this.#dtype).stepper(this.#parts.flatMap((part) => part.stages()))
  }

  /** The recurrent modules, each with the states of its cells. */
  #recurrentParts() {
    const states = [...this.#stepper.states]
    return this.#parts.flatMap(({ name, state }) =>
      state ? [{ ...state, name, cells: states.splice(0, state.cells) }] : [],
    )
  }
}

function lengthOf(x: unknown): number | undefined {
  return Array.isArray(x) || ArrayBuffer.isView(x) ? (x as unknown as ArrayLike<number>).length : undefined
}
