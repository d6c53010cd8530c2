/// <reference types="vite/client" />
import { Vocabulary } from '@unroll/rnn'
import { Tensor } from '@unroll/tensor'
import loomings from '../text/loomings.txt?raw'

/** What is learnt: the first chapter of Moby Dick, 12,207 characters. The page brings it along. */
export const text = loomings.trim()

/** The characters that stand in it: the model knows no others. */
export const vocabulary = Vocabulary.of([text], { specials: [] })

/** The text as numbers, int32 `[N]`. */
export function encoded(): Tensor {
  const numbers = vocabulary.encode(text)
  return Tensor.from(numbers, [numbers.length])
}
