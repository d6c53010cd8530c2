import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSafetensors, writeSafetensors } from '@unroll/tensor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCheckpoint, loadNetwork } from '../src/checkpoint.js'
import type { ReadTask, TrainTask } from '../src/cli.js'
import { openRun } from '../src/open-run.js'
import { read } from '../src/read.js'
import { readGreedily } from '../src/readers/network.js'
import type { Run } from '../src/run.js'
import { train } from '../src/train.js'
import { smallConfig, smallRun } from './support.js'

let folder: string
let path: string
let run: Run

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dates-'))
  path = join(folder, 'checkpoint.safetensors')
  run = smallRun()
  await train(run, { save: async (bytes) => writeFileSync(path, bytes) })
})
afterAll(() => rmSync(folder, { recursive: true }))

it('holds the settings, the characters and the best weights', () => {
  const { config, source, weights } = loadCheckpoint(path)
  expect(config).toEqual(smallConfig)
  expect(source.symbols).toEqual(run.source.symbols)
  expect(Object.keys(weights).sort()).toEqual(Object.keys(run.model.stateDict()).sort())
  const texts = run.examples.heldOut.map(({ text }) => text)
  expect(readGreedily(loadNetwork(path), texts).map(({ logProb }) => logProb)).toEqual(
    readGreedily(run, texts).map(({ logProb }) => logProb),
  )
})

describe('a run that goes on', () => {
  const open = (given: TrainTask['given']) =>
    openRun({ kind: 'train', given, resume: path, out: undefined, beam: 5 })

  it('keeps its settings, and may have more epochs', () => {
    expect(open({ hidden: smallConfig.hidden }).run.config).toEqual(smallConfig)
    expect(open({ epochs: 7 }).run.config).toEqual({ ...smallConfig, epochs: 7 })
  })

  it('refuses other settings, and fewer epochs', () => {
    expect(() => open({ hidden: 7 })).toThrow('has --hidden 6, and a run cannot change to 7')
    expect(() => open({ epochs: 1 })).toThrow('has --epochs 2, which can be raised and not lowered to 1')
  })
})

it.each<[string, string, (record: Record<string, unknown>) => unknown]>([
  ['a size beyond all bounds', 'its hidden is not an integer', (record) => (record.hidden = 1e9)],
  ['another size than its weights', 'cannot be used', (record) => (record.hidden = 7)],
  ['an unknown attention', 'its attention is not one of', (record) => (record.attention = 'toString')],
  ['no characters', 'its characters are not', (record) => delete record.characters],
  ['a character that stands twice', 'stands twice', (record) => (record.characters = 'aa')],
  ['other characters than its weights', 'cannot be used', (record) => (record.characters = 'ab')],
])('refuses a file with %s', (_, problem, change) => {
  const { tensors, metadata } = readSafetensors(readFileSync(path))
  const record = JSON.parse(metadata['note.dates'])
  change(record)
  const altered = join(folder, 'altered')
  const dates = JSON.stringify(record)
  writeFileSync(altered, writeSafetensors(tensors, { metadata: { ...metadata, 'note.dates': dates } }))
  expect(() => loadNetwork(altered)).toThrow(problem)
})

it('refuses what is no checkpoint, or that of another program', () => {
  const other = join(folder, 'other')
  writeFileSync(other, 'not a checkpoint')
  expect(() => loadCheckpoint(other)).toThrow('other cannot be used: ')
  writeFileSync(other, writeSafetensors({}))
  expect(() => loadCheckpoint(other)).toThrow('the file is not a checkpoint of fit')
  const { tensors, metadata } = readSafetensors(readFileSync(path))
  const { 'note.dates': _, ...others } = metadata
  writeFileSync(other, writeSafetensors(tensors, { metadata: others }))
  expect(() => loadCheckpoint(other)).toThrow('it was not written by this program')
})

it('reads no dates that are empty, too long, or in characters that it does not know', () => {
  const task = (text: string): ReadTask => ({ kind: 'read', texts: [text], resume: path, beam: 5 })
  expect(() => read(task(' '))).toThrow('a date has 1 to 100 characters, got 0')
  expect(() => read(task('1'.repeat(101)))).toThrow('got 101')
  expect(() => read(task('8 Ω'))).toThrow('"Ω"')
  expect(read({ ...task('1979'), beam: 1 })).toMatch(/^1979 → [\d-]{10}\n/)
})
