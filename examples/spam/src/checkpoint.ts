import { readFileSync } from 'node:fs'
import { aboutFile } from '@unroll/example-kit'
import { readCheckpoint, Vocabulary } from '@unroll/rnn'
import { fail, Random } from '@unroll/tensor'
import { type Config, defaults, rules } from './config.js'
import { SpamModel } from './model.js'

/** What a checkpoint says beside what `fit` puts into it. */
export interface Kept {
  config: Config
  vocabulary: Vocabulary
  /** Of the corpus that is learnt. */
  fingerprint: string
}

/** The same as texts, for `fit` to put into its checkpoints. */
export function notesOf({ config, vocabulary, fingerprint }: Kept): { spam: string } {
  return { spam: JSON.stringify({ config, vocabulary: vocabulary.state, fingerprint }) }
}

/** Reads a checkpoint that need not be trusted; the bytes are for `fit`. @throws UnrollError that says what is wrong. */
export function openCheckpoint(path: string): Kept & { bytes: Uint8Array } {
  const bytes = readFileSync(path)
  return aboutFile('--resume', path, () => ({ ...keptOf(readCheckpoint(bytes).notes.spam), bytes }))
}

/** The trained model of a checkpoint: with the weights of the best epoch, where there was one. */
export function readModel(path: string): Kept & { model: SpamModel } {
  const { bytes, ...kept } = openCheckpoint(path)
  return aboutFile('--resume', path, () => {
    const { weights } = readCheckpoint(bytes)
    const rows = weights['embedding.weight']?.shape[0]
    if (rows !== kept.vocabulary.size)
      fail('checkpoint', `it has ${kept.vocabulary.size} words, and vectors for ${rows ?? 0}`)
    const model = new SpamModel(kept.vocabulary.size, kept.config, new Random(0))
    model.loadStateDict(weights)
    return { ...kept, model }
  })
}

function keptOf(json: string | undefined): Kept {
  const { config: found, vocabulary, fingerprint } = parseObject(json)
  const config = Object(found)
  for (const [name, { accepts, wants }] of Object.entries(rules))
    if (!accepts(config[name])) fail('checkpoint', `its ${name} is not ${wants}`)
  const own = Object.keys(defaults).map((name) => [name, config[name]])
  return {
    config: Object.fromEntries(own) as Config,
    vocabulary: Vocabulary.fromState(vocabulary),
    fingerprint: String(fingerprint),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: it may be anything, and is checked
function parseObject(json: string | undefined): any {
  if (json === undefined) fail('checkpoint', 'it was not written by this program')
  try {
    return Object(JSON.parse(json))
  } catch {
    return fail('checkpoint', 'what it says of itself is not an object in JSON')
  }
}
