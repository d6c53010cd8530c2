import type { Saved } from '../../sequence.js'
import type { Engine } from '../engine.js'

/**
 * What a forward pass has kept, as it lay in linear memory (see `keptLength`), in pieces: memory for an array of
 * several megabytes is fetched from the system and given back each time, which takes longer than to fill it.
 */
export class Trace implements Saved {
  readonly bytes: number
  readonly #pieces: Float32Array[] = []

  /** Copies `length` floats out. */
  constructor(engine: Engine, pointer: number, length: number) {
    this.bytes = length * 4
    for (let start = 0; start < length; start += piece)
      this.#pieces.push(engine.read(pointer + start * 4, Math.min(piece, length - start)))
  }

  /** Copies them back in; gives a pointer. */
  load(engine: Engine): number {
    const pointer = engine.reserve(this.bytes)
    this.#pieces.forEach((values, index) => {
      engine.f32.set(values, (pointer >> 2) + index * piece)
    })
    return pointer
  }
}

/** In floats: 1 MiB. */
const piece = 2 ** 18
