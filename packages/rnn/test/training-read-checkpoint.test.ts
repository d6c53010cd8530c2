import { fit, readCheckpoint } from '@unroll/rnn'
import { readSafetensors, type Tensor, writeSafetensors } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { expectRefusals, wrong } from './support/refusals.js'
import { fresh, type Options } from './support/training.js'

/** The last checkpoint of a run, and the weights that each epoch ended with. */
async function train(options: Options) {
  const run = fresh()
  const ends: Record<string, Tensor>[] = []
  let bytes: Uint8Array = new Uint8Array()
  const result = await fit(run.model, run.data, {
    ...run.options,
    ...options,
    callbacks: { onEpoch: () => void ends.push(run.model.stateDict()) },
    checkpoint: (checkpoint) => {
      bytes = checkpoint
    },
  })
  return { bytes, ends, result }
}

const bytesOf = (tensors: Readonly<Record<string, Tensor>>) => [...writeSafetensors({ ...tensors })]

test('gives the last weights, the history, and the notes', async () => {
  const notes = { settings: '{"hidden":6}', 'a.b': 'é' }
  const { bytes, ends, result } = await train({ notes })
  const contents = readCheckpoint(bytes)
  expect(bytesOf(contents.weights)).toEqual(bytesOf(ends[2]))
  expect(contents.history).toEqual(result.history)
  expect(contents.notes).toEqual(notes)
  fresh(5).model.loadStateDict(contents.weights)
})

test('gives the weights of the best epoch, where they are kept', async () => {
  const { bytes, ends, result } = await train({ restoreBest: true })
  const best = result.best?.epoch ?? 0
  expect(best).toBeLessThan(3) // the last epoch does worse
  expect(bytesOf(readCheckpoint(bytes).weights)).toEqual(bytesOf(ends[best - 1]))
  expect(readCheckpoint(bytes).notes).toEqual({})
})

test('a run goes on from a checkpoint with notes', async () => {
  const { bytes } = await train({ epochs: 2, notes: { text: 'kept' } })
  const resumed = await train({ resume: bytes })
  const whole = await train({})
  expect(bytesOf(readCheckpoint(resumed.bytes).weights)).toEqual(bytesOf(readCheckpoint(whole.bytes).weights))
})

describe('refused', async () => {
  const { bytes } = await train({ epochs: 1 })
  const { tensors, metadata } = readSafetensors(bytes)
  const altered = (change: Record<string, string>) =>
    readCheckpoint(writeSafetensors(tensors, { metadata: { ...metadata, ...change } }))
  const run = fresh()
  const start = (notes: unknown) => fit(run.model, run.data, { ...run.options, notes: wrong(notes) })
  test('notes that are no texts', () =>
    expect(start({ settings: 3 })).rejects.toThrow(/^fit: notes are texts by name, got 3 for settings$/))
  expectRefusals([
    [
      'weights alone',
      () => readCheckpoint(writeSafetensors(tensors)),
      /^readCheckpoint: the file is not a checkpoint of fit$/,
    ],
    [
      'another version',
      () => altered({ version: '0' }),
      /^readCheckpoint: the checkpoint is of another version/,
    ],
    [
      'no JSON',
      () => altered({ run: '{' }),
      /^readCheckpoint: what it says of the run is not an object in JSON$/,
    ],
    [
      'a history that is too short',
      () => altered({ run: '{"epoch":2,"history":[]}' }),
      /^readCheckpoint: its history is not a record of each of its epochs$/,
    ],
    [
      'a stray tensor',
      () => readCheckpoint(writeSafetensors({ ...tensors, stray: tensors['model.head.bias'] }, { metadata })),
      /^readCheckpoint: the checkpoint has a tensor too many: "stray"$/,
    ],
  ])
})
