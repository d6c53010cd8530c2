import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SGD, saveCheckpoint, TrainingRun, Vocabulary } from '@unroll/rnn'
import { Random, readSafetensors, writeSafetensors } from '@unroll/tensor'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { notesOf, readModel } from '../src/checkpoint.js'
import { SpamModel } from '../src/model.js'
import { logitsOf } from '../src/score.js'
import { smallConfig } from './support.js'

const vocabulary = new Vocabulary(['free', 'money'])
const model = new SpamModel(vocabulary.size, smallConfig, new Random(5))
const kept = { config: smallConfig, vocabulary, fingerprint: 'f' }
let path: string
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), 'spam-')), 'checkpoint.safetensors')
})
afterAll(() => rmSync(join(path, '..'), { recursive: true }))

/** What `fit` would write of a run. */
function checkpointOf(model: SpamModel, best?: SpamModel): Uint8Array {
  const run = new TrainingRun(model, new SGD(model.parameters(), { lr: 0.1 }))
  if (best) run.best = { epoch: 1, value: 0.5, weights: best.stateDict() }
  return saveCheckpoint(run, notesOf(kept))
}

it('gives back the model, with the best weights where there are any', () => {
  const last = new SpamModel(vocabulary.size, smallConfig, new Random(6))
  const texts = [['free', 'money'], ['strange']]
  for (const bytes of [checkpointOf(model), checkpointOf(last, model)]) {
    writeFileSync(path, bytes)
    const read = readModel(path)
    expect(read.config).toEqual(smallConfig)
    expect(logitsOf(read.model, read.vocabulary, texts)).toEqual(logitsOf(model, vocabulary, texts))
  }
})

const record = { config: smallConfig, vocabulary: vocabulary.state, fingerprint: 'f' }
it.each([
  ['of another program', undefined, 'was not written by this program'],
  ['no JSON', '{', 'not an object in JSON'],
  ['null', 'null', 'its words is not an integer'],
  ['no settings', '{"config": null}', 'its words is not an integer'],
  [
    'a wrong setting',
    JSON.stringify({ ...record, config: { ...smallConfig, hidden: 1e9 } }),
    'its hidden is not',
  ],
  ['no vocabulary', JSON.stringify({ ...record, vocabulary: null }), 'Vocabulary'],
  [
    'another vocabulary',
    JSON.stringify({ ...record, vocabulary: { specials: [], symbols: ['a'] } }),
    'it has 1 words',
  ],
  ['another size', JSON.stringify({ ...record, config: { ...smallConfig, hidden: 5 } }), 'do not fit'],
])('refuses what is %s', (_, spam, problem) => {
  const { tensors, metadata } = readSafetensors(checkpointOf(model))
  const { 'note.spam': __, ...others } = metadata
  const altered = spam === undefined ? others : { ...others, 'note.spam': spam }
  writeFileSync(path, writeSafetensors(tensors, { metadata: altered }))
  expect(() => readModel(path)).toThrow(problem)
})
