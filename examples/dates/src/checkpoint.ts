import { readFileSync } from 'node:fs'
import { aboutFile } from '@unroll/example-kit'
import { readCheckpoint, Vocabulary } from '@unroll/rnn'
import { fail, Random, type Tensor } from '@unroll/tensor'
import { type Config, defaults, rules } from './config.js'
import { dateReader } from './model.js'
import type { Network } from './readers/network.js'
import type { Run } from './run.js'

/** A run as a file: what `fit` keeps of it, and the settings and characters that it takes to make it again. */
export interface Checkpoint {
  config: Config
  /** The characters of the texts. */
  source: Vocabulary
  /** What `fit` goes on from. */
  bytes: Uint8Array
  /** Of the best epoch so far. */
  weights: Record<string, Tensor>
}

/** What goes into a checkpoint beside what `fit` puts there. */
export function notesOf({ config, source }: Pick<Run, 'config' | 'source'>): { dates: string } {
  return { dates: JSON.stringify({ ...config, characters: source.symbols.join('') }) }
}

/** Reads a checkpoint that need not be trusted. @throws UnrollError when it is not one of this program. */
export function loadCheckpoint(path: string): Checkpoint {
  const bytes = readFileSync(path)
  return aboutFile('--resume', path, () => {
    const { weights, notes } = readCheckpoint(bytes)
    return { ...readRecord(notes.dates), bytes, weights }
  })
}

/** The network of a checkpoint, to read with. */
export function loadNetwork(path: string): Network {
  const { config, source, weights } = loadCheckpoint(path)
  return aboutFile('--resume', path, () => {
    const model = dateReader(source, config, new Random(config.seed))
    model.loadStateDict(weights)
    return { model, source }
  })
}

function readRecord(json: string | undefined): Pick<Checkpoint, 'config' | 'source'> {
  if (json === undefined) fail('checkpoint', 'it was not written by this program')
  const fields = parseObject(json)
  const names = Object.keys(defaults) as (keyof Config)[]
  for (const name of names)
    if (!rules[name].accepts(fields.get(name))) fail('checkpoint', `its ${name} is not ${rules[name].wants}`)
  const characters = fields.get('characters')
  if (typeof characters !== 'string') fail('checkpoint', 'its characters are not a text')
  return {
    config: Object.fromEntries(names.map((name) => [name, fields.get(name)])) as unknown as Config,
    source: new Vocabulary([...characters], ['pad']),
  }
}

/** The object's own fields: not those that its prototype would lend it. */
function parseObject(json: string): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(json)))
  } catch {
    return fail('checkpoint', 'its settings are not an object in JSON')
  }
}
