import { type CallSite, type DType, fail, formatShape, type Shape, type Tensor } from '@unroll/tensor'
import { anomaly } from './anomaly.js'
import type { Hooks } from './hooks.js'
import type { Variable } from './variable.js'

/**
 * The tape has no list of its own: each entry knows the entries that its inputs came from, and
 * carries a number that rises with every op recorded. An input is always older than what is made of
 * it, so that walking from large numbers to small ones visits every entry after all that use it;
 * and a result that is dropped takes its part of the tape with it.
 */
export class TapeEntry {
  readonly number = nextNumber++
  /** Of outputs whose gradient somebody wants to see: see hooks.ts. */
  hooks: (Hooks | undefined)[] | undefined
  /** The line that called the op, while `detectAnomaly` watches. */
  readonly site: CallSite | undefined = anomaly?.site()
  #pull: Pull | undefined
  #kept: readonly Kept[] = []
  #held: Held | undefined

  constructor(
    /** The name of the op, or `leaf`. */
    readonly op: string,
    /** Where each input came from; undefined for one that needs no gradient. */
    readonly inputs: readonly (Edge | undefined)[],
    /** What each output looks like (its value is not held here). */
    readonly outputs: readonly Meta[],
    /** The variable that a leaf stands for: the walk ends there, and the gradient with it. */
    readonly leaf?: Variable,
  ) {}

  /** The values that the gradient needs; empty once released. */
  get kept(): readonly Kept[] {
    return this.#kept
  }

  /** Bytes that are held for the gradient besides these values. */
  get bytes(): number {
    return this.#held?.bytes ?? 0
  }

  /** Says how gradients pass through, and which values, and what else, that takes. */
  keep(kept: readonly Kept[], pull: Pull, held?: Held): void {
    this.#kept = kept
    this.#pull = pull
    this.#held = held
  }

  /**
   * The vector–Jacobian product: gradients to the outputs (undefined where none arrived) in, gradients
   * to the inputs out.
   * @throws UnrollError when the tape was released, or a value it kept was changed in place since.
   */
  pull(dys: readonly (Variable | undefined)[]): readonly (Variable | undefined)[] {
    if (!this.#pull)
      fail(
        'backward',
        `the tape was released by an earlier backward (at op ${this.op}); pass retainGraph: true to that one`,
      )
    for (const { name, variable, version } of this.#kept)
      if (variable.value.storage.version !== version)
        fail(
          'backward',
          `${this.op} kept ${name} ${formatShape(variable.shape)} for its gradient, and it was changed in place since; copy it first, or change it after backward`,
        )
    return anomaly ? anomaly.pull(this, this.#pull, dys) : this.#pull(dys)
  }

  /** Lets go of the values kept, and of the hooks. (A leaf, which keeps no values, is never released.) */
  release(): void {
    this.hooks = undefined
    this.#pull = undefined
    this.#kept = []
    this.#held?.release?.()
    this.#held = undefined
  }
}

let nextNumber = 0

/** The number of the entry to be recorded next. */
export function nextEntryNumber(): number {
  return nextNumber
}

/** One of an entry's outputs. */
export interface Edge {
  readonly entry: TapeEntry
  readonly output: number
}

/** What is known of a tensor without its values. */
export interface Meta {
  readonly shape: Shape
  readonly dtype: DType
}

export type Pull = (dys: readonly (Variable | undefined)[]) => readonly (Variable | undefined)[]

/** What an op holds for its gradient besides values. */
export interface Held {
  /** For people, who see them in the table of the tape. */
  readonly bytes: number
  /** Called when the tape lets go of it. */
  release?(): void
}

/** A value held for the gradient, and the version it had. */
export interface Kept {
  readonly name: string
  readonly variable: Variable
  readonly version: number
}

export function metaOf({ shape, dtype }: Tensor): Meta {
  return { shape, dtype }
}

/**
 * All entries that the given edges reach, in the order in which they were recorded; those with numbers below
 * `first` are reached, and not passed. No recursion: tapes are long.
 */
export function reachable(edges: readonly Edge[], first = 0): TapeEntry[] {
  const found = new Set<TapeEntry>()
  const pending = edges.map(({ entry }) => entry)
  for (let entry = pending.pop(); entry; entry = pending.pop()) {
    if (found.has(entry)) continue
    found.add(entry)
    if (entry.number < first) continue
    for (const input of entry.inputs) if (input && !found.has(input.entry)) pending.push(input.entry)
  }
  return [...found].sort((a, b) => a.number - b.number)
}
