import { fail } from '../../../errors.js'
import type { Saved } from '../../sequence.js'
import type { Engine } from '../engine.js'

/**
 * What a forward pass has kept, as it lay in linear memory (see `keptLength`), in pieces. Those that are released
 * serve the next: memory for arrays of megabytes would be fetched from the system, and given back, at each
 * training step, which takes longer than to fill it.
 */
export class Trace implements Saved {
  readonly bytes: number
  #pieces: Float32Array[] | undefined

  /** Copies `length` floats out. */
  constructor(engine: Engine, pointer: number, length: number) {
    this.bytes = length * 4
    const { f32 } = engine
    this.#pieces = Array.from({ length: Math.ceil(length / size) }, (_, index) => {
      const start = (pointer >> 2) + index * size
      const values = f32.subarray(start, Math.min(start + size, (pointer >> 2) + length))
      if (values.length < size) return values.slice()
      const piece = spare.pop() ?? new Float32Array(size)
      piece.set(values)
      return piece
    })
  }

  /** Copies them back in; gives a pointer. @throws UnrollError when it was released. */
  load(engine: Engine): number {
    const pieces = this.#pieces ?? fail('backward', 'what the forward pass kept was released')
    const pointer = engine.reserve(this.bytes)
    pieces.forEach((values, index) => {
      engine.f32.set(values, (pointer >> 2) + index * size)
    })
    return pointer
  }

  release(): void {
    for (const piece of this.#pieces ?? [])
      if (piece.length === size && spare.length < mostSpare) spare.push(piece)
    this.#pieces = undefined
  }
}

/** In floats: 256 KiB. */
const size = 2 ** 16

/** Pieces that nobody uses, up to 64 MiB of them. */
const spare: Float32Array[] = []
const mostSpare = 256
