import type { Variable } from '@unroll/autograd'
import { type DType, fail, kindOf, type Random } from '@unroll/tensor'
import { Cell } from '../cell.js'
import type { State, StateSizes } from '../state.js'

/**
 * A cell that does what another does, but for something; this one, but for nothing. Its parameters keep the keys that they
 * have in the cell within, so that a network's weights fit it wrapped as well as bare.
 */
export abstract class Wrapper<S extends State> extends Cell<S> {
  constructor(readonly cell: Cell<S>) {
    super()
    if (!(cell instanceof Cell)) fail(this.constructor.name, `wants a cell, got ${kindOf(cell)}`)
  }

  get inputSize(): number {
    return this.cell.inputSize
  }

  get stateSizes(): StateSizes<S> {
    return this.cell.stateSizes
  }

  override get outputSize(): number {
    return this.cell.outputSize
  }

  override get dtype(): DType {
    return this.cell.dtype
  }

  override get drawsFrom(): readonly Random[] {
    return this.cell.drawsFrom
  }

  override zeroState(batch: number): S {
    return this.cell.zeroState(batch)
  }

  override project(x: Variable): Variable {
    return this.cell.project(x)
  }

  advance(px: Variable, state: S): S {
    return this.cell.advance(px, state)
  }

  override output(state: S, px: Variable): Variable {
    return this.cell.output(state, px)
  }

  override begin(batch: number): Cell<S> {
    const cell = this.cell.begin(batch)
    return cell === this.cell ? this : this.around(cell)
  }

  override mapRecurrent(f: (h: Variable) => Variable): Cell<S> {
    return this.around(this.cell.mapRecurrent(f))
  }

  override *namedParameters(): IterableIterator<[string, Variable]> {
    const keys = new Set<string>()
    for (const [path, parameter] of super.namedParameters()) {
      const key = path.replace(/^cell\./, '')
      if (keys.has(key)) fail(this.constructor.name, `it and the cell within both have a parameter ${key}`)
      keys.add(key)
      yield [key, parameter]
    }
  }

  /** The same wrapper around another cell. (It has the fields, but not the #private ones.) */
  protected around(cell: Cell<S>): this {
    return Object.assign(Object.create(this), { cell })
  }
}
