import { integer, number, type Rule } from '@unroll/example-kit'
import { fail } from '@unroll/tensor'
import { type Config, defaults, rules } from '../config.js'
import type { Run } from '../run.js'
import { isPlain } from '../text/text.js'
import { Vocabulary } from '../text/vocabulary.js'

/** What a checkpoint says of a run in JSON: all but the tensors. */
export type RunRecord = Pick<Run, 'config' | 'steps' | 'step' | 'seconds' | 'vocabulary' | 'fingerprint'> & {
  /** Where the random generator stands. */
  random: readonly number[]
}

export function writeRecord({ random, vocabulary, ...run }: Run): string {
  const { config, steps, step, seconds, fingerprint } = run
  const characters = vocabulary.characters.join('')
  return JSON.stringify({ ...config, steps, step, seconds, fingerprint, random: random.state, characters })
}

/** Reads a record that need not be trusted. @throws UnrollError that names what is wrong. */
export function readRecord(json: string | undefined): RunRecord {
  const fields = parseObject(json)
  const read = <T>(name: string, { accepts, wants }: Rule): T => {
    const value = fields.get(name)
    if (!accepts(value)) fail('checkpoint', `its ${name} is not ${wants}`)
    return value as T
  }
  const names = Object.keys(defaults) as (keyof Config)[]
  const steps: number = read('steps', rules.steps)
  return {
    config: Object.fromEntries(names.map((name) => [name, read(name, rules[name])])) as unknown as Config,
    steps,
    step: read('step', integer(0, steps)),
    seconds: read('seconds', duration),
    fingerprint: read('fingerprint', sha256),
    random: read('random', randomState),
    vocabulary: new Vocabulary([...read<string>('characters', differentCharacters)]),
  }
}

/** The object's own fields: not those that its prototype would lend it. */
function parseObject(json = ''): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(json)))
  } catch {
    return fail('checkpoint', 'its record is not an object in JSON')
  }
}

const duration = number('a number of seconds', (seconds) => seconds >= 0)

const sha256: Rule = {
  wants: 'a SHA-256',
  accepts: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
}

const randomState: Rule = {
  wants: 'the state of a generator',
  accepts: (value) =>
    Array.isArray(value) &&
    value.length === 4 &&
    value.every((word) => Number.isInteger(word) && word === (word | 0)) &&
    value.some((word) => word !== 0),
}

const differentCharacters: Rule = {
  wants: 'a list of different characters',
  accepts(value) {
    if (typeof value !== 'string' || value === '') return false
    const characters = [...value]
    return characters.every(isPlain) && new Set(characters).size === characters.length
  },
}
