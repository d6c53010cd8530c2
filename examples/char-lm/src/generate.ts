import { noGrad } from '@unroll/autograd'
import type { State } from '@unroll/rnn'
import { Random, Tensor, type TypedArray } from '@unroll/tensor'
import type { SampleOptions } from './cli.js'
import type { CharModel } from './model.js'
import type { Vocabulary } from './text/vocabulary.js'

export interface GenerateOptions extends Omit<SampleOptions, 'seed'> {
  /** What the model reads before it writes; at least one character. */
  prompt: string
  /** The number of characters to write. */
  length: number
  /** 1 writes with the model's own probabilities; less is more careful, 0 always takes the likeliest character. */
  temperature: number
  random: Random
}

/**
 * Options as they were given, made ready for a model.
 * @throws UnrollError when the prompt has characters that the model does not know.
 */
export function generateOptions(
  { prompt, seed, ...rest }: SampleOptions,
  vocabulary: Vocabulary,
): GenerateOptions {
  const start = prompt?.normalize('NFC') ?? (vocabulary.has('\n') ? '\n' : vocabulary.characters[0])
  vocabulary.encode(start)
  return { ...rest, prompt: start, random: new Random(seed) }
}

/** Writes on from a prompt, a character at a time: each is drawn, and then read as the next input. */
export function* generate(
  model: CharModel,
  vocabulary: Vocabulary,
  { prompt, length, temperature, random }: GenerateOptions,
): Generator<string, void> {
  model.eval()
  let input = vocabulary.encode(prompt)
  let state: State | undefined
  for (let i = 0; i < length; i++) {
    const [logits, next] = noGrad(() => model.forward(Tensor.from(input, [1, input.length]), state))
    const character = draw(logits.value.slice(0, -1).data, temperature, random)
    yield vocabulary.characters[character]
    state = next
    input = Int32Array.of(character)
  }
}

/** An index, drawn with the probabilities softmax(logits / temperature). */
export function draw(logits: TypedArray, temperature: number, random: Random): number {
  const highest = Math.max(...logits)
  if (temperature === 0) return logits.indexOf(highest)
  const weights = Array.from(logits, (logit) => Math.exp((logit - highest) / temperature))
  let left = random.next() * weights.reduce((sum, weight) => sum + weight)
  const drawn = weights.findIndex((weight) => {
    left -= weight
    return left < 0
  })
  return drawn < 0 ? logits.indexOf(highest) : drawn // rounding may leave a little over
}
