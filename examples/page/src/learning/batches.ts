import { type WindowBatch, windows } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { encoded } from '../text.js'

/** Pieces of the text that are read in parallel, B, and the characters of each, T. */
const batchSize = 8
const length = 64

/** Every piece of the text, `x [B, T]`, with the character after each of its own, `y [B, T]`. */
const pieces = windows(encoded(), { length, target: 'shifted' })

/** The characters that a step learns from. */
export const charactersPerStep = batchSize * length

/** What a step reads: pieces drawn by its number, so that a run which goes on need not know what was drawn before. */
export function batchOf(step: number): WindowBatch {
  const rng = new Random(step)
  return pieces.take(Array.from({ length: batchSize }, () => rng.integer(pieces.size)))
}
