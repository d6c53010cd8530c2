import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  full,
  readSafetensors,
  type Tensor,
  tensor,
  UnrollError,
  writeSafetensors,
  zeros,
} from '@unroll/tensor'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { decodeRun, encodeRun, loadCheckpoint, saveCheckpoint } from '../src/checkpoint/checkpoint.js'
import { train } from '../src/train.js'
import { digest, smallRun } from './support.js'

let bytes: Uint8Array

beforeAll(async () => {
  const { run, training, heldOut } = smallRun(20, { layers: 2, dropout: 0.25 })
  run.steps = 9
  await train(run, training, { heldOut })
  run.steps = 20
  bytes = encodeRun(run)
})

describe('a checkpoint', () => {
  it('holds the whole run', () => {
    const run = decodeRun(bytes)
    expect(digest(encodeRun(run))).toBe(digest(bytes))
    expect([run.step, run.steps]).toEqual([9, 20])
    expect(run.history.loss).toHaveLength(9)
    expect(run.history.heldOut.map(({ step }) => step)).toEqual([1, 8])
    expect(run.seconds).toBeGreaterThan(0)
  })

  it('can be written before the first step', () => {
    const { run } = smallRun(5)
    const again = decodeRun(encodeRun(run))
    expect(again.step).toBe(0)
    expect(again.state).toBeUndefined()
    expect(digest(encodeRun(again))).toBe(digest(encodeRun(run)))
  })

  it('can have a long history', () => {
    const long = Array.from({ length: 200_000 }, () => 1)
    const run = decodeRun(
      altered(({ tensors, record }) => {
        record.steps = record.step = long.length
        for (const name of Object.keys(tensors))
          if (name.endsWith('.step')) tensors[name] = full([], long.length, { dtype: 'int32' })
        tensors['history.loss'] = tensors['history.gradient_norm'] = tensor(long, { dtype: 'float64' })
      }),
    )
    expect(run.history.loss).toEqual(long)
  })

  it.each(['rnn', 'lstm', 'gru'] as const)('has the layout of its model: %s', async (cell) => {
    const { run, training, heldOut } = smallRun(1, { cell, layers: 3, hidden: 70 })
    await train(run, training, { heldOut })
    const file = encodeRun(run)
    expect(digest(encodeRun(decodeRun(file)))).toBe(digest(file))
  })

  it('is not written when the weights are not finite', () => {
    const { run } = smallRun(1)
    run.model.output.bias?.value.set([0], Number.NaN)
    expect(() => encodeRun(run)).toThrow('model.output.bias holds values that are not finite')
  })
})

describe('a file that is not a checkpoint of this program is refused', () => {
  it('cut short, anywhere', () => {
    for (let length = 0; length < bytes.length; length += 97)
      expect(() => decodeRun(bytes.subarray(0, length))).toThrow(UnrollError)
  })

  it.each<[string, string, (parts: Parts) => void]>([
    ['of another program', 'was not written by this program', ({ metadata }) => delete metadata.format],
    ['of another version', 'another version', ({ metadata }) => (metadata.version = '2')],
    ['without a record', 'not an object in JSON', ({ metadata }) => delete metadata.run],
    ['a record that is no JSON', 'not an object in JSON', ({ metadata }) => (metadata.run = '{')],
    ['a record that is null', 'not an object in JSON', ({ metadata }) => (metadata.run = 'null')],
    ['a record that is a list', 'its steps is not', ({ metadata }) => (metadata.run = '[1]')],
    [
      'fields from a prototype',
      'its steps is not',
      ({ metadata }) => (metadata.run = `{"__proto__":${metadata.run}}`),
    ],
    ['an unknown cell', 'its cell is not one of rnn, lstm, gru', ({ record }) => (record.cell = 'toString')],
    ['a size that is no integer', 'its hidden is not an integer', ({ record }) => (record.hidden = 8.5)],
    ['a size in quotes', 'its batch is not an integer', ({ record }) => (record.batch = '4')],
    ['a size beyond all bounds', 'its hidden is not an integer', ({ record }) => (record.hidden = 1e12)],
    ['a size that would fill the memory', 'weight is [', ({ record }) => (record.hidden = 4096)],
    [
      'more layers than there are',
      'has no tensor model.rnn.weight_ih_l2',
      ({ record }) => (record.layers = 3),
    ],
    ['fewer layers than there are', 'a tensor too many', ({ record }) => (record.layers = 1)],
    ['another batch', 'state.', ({ record }) => (record.batch = 5)],
    ['another cell', 'tensor', ({ record }) => (record.cell = 'gru')],
    [
      'more steps done than to do',
      'its step is not an integer from 0 to 20',
      ({ record }) => (record.step = 21),
    ],
    ['another number of steps done', 'is [9] float64, not [8]', ({ record }) => (record.step = 8)],
    ['a learning rate of 0', 'its lr is not a number above 0', ({ record }) => (record.lr = 0)],
    ['a time that is negative', 'its seconds is not', ({ record }) => (record.seconds = -1)],
    ['no fingerprint', 'its fingerprint is not a SHA-256', ({ record }) => (record.fingerprint = 'x')],
    [
      'a random state of zeros',
      'its random is not the state',
      ({ record }) => (record.random = [0, 0, 0, 0]),
    ],
    ['a random state of 64 bits', 'its random is not', ({ record }) => (record.random = [2 ** 40, 1, 1, 1])],
    [
      'a character that stands twice',
      'list of different characters',
      ({ record }) => (record.characters = 'aa'),
    ],
    ['codes for terminals', 'its characters is not', ({ record }) => (record.characters = 'ab\u001b')],
    ['half of a surrogate pair', 'its characters is not', ({ record }) => (record.characters = 'ab\ud800')],
    ['too few characters', 'model.embedding.weight is', ({ record }) => (record.characters = 'abc')],
    ['a tensor missing', 'has no tensor state.c', ({ tensors }) => delete tensors['state.c']],
    ['a tensor too many', 'too many: "\\u001b[2J"', ({ tensors }) => (tensors['\u001b[2J'] = zeros([1]))],
    [
      'a tensor of another shape',
      'state.h is [2, 8, 4] float32, not [2, 4, 8] float32',
      ({ tensors }) => (tensors['state.h'] = zeros([2, 8, 4])),
    ],
    [
      'a tensor of another dtype',
      'state.h is [2, 4, 8] float64',
      ({ tensors }) => (tensors['state.h'] = zeros([2, 4, 8], { dtype: 'float64' })),
    ],
    [
      'a weight that is infinite',
      'model.output.bias holds values that are not finite',
      ({ tensors }) => tensors['model.output.bias'].set([0], Infinity),
    ],
    [
      'an optimiser of another step',
      'optimizer.0.step is 3, not 9',
      ({ tensors }) => (tensors['optimizer.0.step'] = full([], 3, { dtype: 'int32' })),
    ],
    [
      'evaluations in another form',
      'history.held_out is [4]',
      ({ tensors }) => (tensors['history.held_out'] = zeros([4], { dtype: 'float64' })),
    ],
  ])('%s', (_, problem, change) => {
    const file = altered(change)
    expect(() => decodeRun(file)).toThrow(UnrollError)
    expect(() => decodeRun(file)).toThrow(problem)
  })
})

describe('on the disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'char-lm-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('replaces the one before, and leaves nothing beside it', async () => {
    const path = join(folder, 'checkpoint.safetensors')
    writeFileSync(path, 'old')
    await saveCheckpoint(path, decodeRun(bytes))
    expect(digest(readFileSync(path))).toBe(digest(bytes))
    expect(digest(encodeRun(loadCheckpoint(path)))).toBe(digest(bytes))
    expect(readdirSync(folder)).toEqual(['checkpoint.safetensors'])
  })

  it('is named in the message when it cannot be used', () => {
    const path = join(folder, 'other.safetensors')
    writeFileSync(path, 'not a checkpoint')
    expect(() => loadCheckpoint(path)).toThrow(/^--resume: .*other\.safetensors cannot be used: /)
  })
})

/** The parts of a checkpoint, to be changed. */
interface Parts {
  tensors: Record<string, Tensor>
  metadata: Record<string, string>
  record: Record<string, unknown>
}

function altered(change: (parts: Parts) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes)
  const record = JSON.parse(metadata.run)
  const before = JSON.stringify(record)
  change({ tensors, metadata, record })
  if (JSON.stringify(record) !== before) metadata.run = JSON.stringify(record)
  return writeSafetensors(tensors, { metadata })
}
