import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSafetensors, type Module, saveSafetensors } from '@unroll/rnn'
import { type DType, readSafetensors, type Tensor, writeSafetensors } from '@unroll/tensor'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { expectClose } from '../support/golden.js'
import { attentionTwin, drawAttention } from './attention-twins.js'
import { trainingTwins } from './optimizer-twins.js'
import { embeddings, models, others } from './other-twins.js'
import { askPyTorch } from './python.js'
import { cellTwin, drawRecurrent, layerTwin } from './recurrent-twins.js'
import { newModule, resultsOf, type Twin } from './twin.js'

/*
 * Weights that PyTorch saved, loaded here, and weights saved here, loaded there: either way both give the same outputs
 * and gradients. Where no Python has PyTorch there is nobody to compare with; UNROLL_PYTHON says which one is to have it.
 */

const kinds = ['RNN', 'LSTM', 'GRU'] as const
const few = (numRuns: number) => ({ seed: 20, numRuns })
const sizes = { inputSize: 3, hiddenSize: 4, batch: 3, time: 5 }

const twins: readonly Twin[] = [
  ...kinds.flatMap((kind, k) => [
    layerTwin({ kind, ...sizes, options: {}, seed: k }),
    layerTwin({ kind, ...sizes, options: { batchFirst: true, bias: false }, withState: true, seed: k }),
    layerTwin({ kind, ...sizes, options: { numLayers: 2, bidirectional: true }, withLengths: true, seed: k }),
    cellTwin({ kind, ...sizes, options: {}, seed: k }),
    ...fc.sample(drawRecurrent(kind), few(12)).map(layerTwin),
    ...fc.sample(drawRecurrent(kind), few(4)).map(cellTwin),
  ]),
  layerTwin({ kind: 'LSTM', ...sizes, options: { projSize: 2, numLayers: 2 }, withState: true, seed: 7 }),
  ...fc.sample(drawAttention(), few(12)).map(attentionTwin),
  ...others,
  ...embeddings,
  ...models,
]

const folder = mkdtempSync(join(tmpdir(), 'unroll-pytorch-'))
const tidyUp = () => rmSync(folder, { recursive: true, force: true })
afterAll(tidyUp)

/** Ours, with the files that PyTorch is to read: a folder for each. */
const modules = twins.map((twin, i) => {
  const module = newModule(twin, i)
  mkdirSync(join(folder, `${i}`))
  write(i, 'inputs', writeSafetensors(twin.inputs))
  write(i, 'ours', saveSafetensors(module, { format: 'pt' }))
  return module
})
const runs = trainingTwins.map((twin, k) => {
  const i = twins.length + k
  const run = twin.start()
  mkdirSync(join(folder, `${i}`))
  write(i, 'inputs', writeSafetensors(twin.inputs))
  write(i, 'start', saveSafetensors(run.model))
  run.train(twin.before)
  const [model, optimizer] = run.files
  write(i, 'ours', model)
  write(i, 'ours.optimizer', optimizer)
  return run
})
const jobs = [
  ...twins.map(({ module, args, dtype }) => ({ module, args, dtype })),
  ...trainingTwins.map(({ job }) => job),
]
writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs))

const version = orTidyUp(() => askPyTorch(folder))
if (version === undefined) {
  const advice = 'install it (Debian: python3-torch), or set UNROLL_PYTHON to a Python that has it'
  console.warn(`No Python with PyTorch found, so that nothing is compared with it: ${advice}.`)
  alone()
} else besidePyTorch(version)

/** A file that cannot be loaded has no tests, and nothing after them. */
function orTidyUp<T>(body: () => T): T {
  try {
    return body()
  } catch (error) {
    tidyUp()
    throw error
  }
}

function besidePyTorch(version: string): void {
  describe(`PyTorch ${version}`, () => {
    test.each(twins.map((twin, i) => [`${i}: ${twin.name}`, i, twin] as const))('%s', (_, i, twin) => {
      const loaded = newModule(twin, -1)
      const theirs = bytes(i, 'theirs')
      expect(Object.keys(readSafetensors(theirs).tensors)).toEqual(Object.keys(loaded.stateDict()))
      loadSafetensors(loaded, theirs)
      expectSameResults(twin, loaded, read(i, 'theirs.results'))
      expectSameResults(twin, modules[i], read(i, 'ours.results'))
    })

    test.each(trainingTwins.map((twin, k) => [twin.name, k, twin] as const))(
      'training goes on: %s',
      (_, k, twin) => {
        const i = twins.length + k
        const resumed = twin.start()
        resumed.goOnFrom(bytes(i, 'theirs'), bytes(i, 'theirs.optimizer'))
        resumed.train(twin.after)
        expectSame(resumed.model.stateDict(), read(i, 'theirs.results'), twin)

        runs[k].train(twin.after)
        expectSame(runs[k].model.stateDict(), read(i, 'ours.results'), twin)
      },
    )
  })
}

/** What can be seen without PyTorch: that the files hold what they should, as we read them. */
function alone(): void {
  test('weights and optimisers go through their files', () => {
    for (const [i, twin] of twins.entries()) {
      const loaded = newModule(twin, -1)
      loadSafetensors(loaded, bytes(i, 'ours'))
      expectSameResults(twin, loaded, values(resultsOf(twin, modules[i])))
    }
    for (const [k, twin] of trainingTwins.entries()) {
      const resumed = twin.start()
      resumed.goOnFrom(bytes(twins.length + k, 'ours'), bytes(twins.length + k, 'ours.optimizer'))
      for (const run of [resumed, runs[k]]) run.train(twin.after)
      expectSame(resumed.model.stateDict(), runs[k].model.stateDict(), twin)
    }
  })
}

function expectSameResults(twin: Twin, module: Module, expected: Record<string, Tensor>): void {
  expectSame(values(resultsOf(twin, module)), expected, twin)
}

function expectSame(
  actual: Record<string, Tensor>,
  expected: Record<string, Tensor>,
  { dtype }: { dtype: DType },
): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, value] of Object.entries(expected))
    expectClose(actual[name], value, tolerances[dtype as keyof typeof tolerances], name)
}

const tolerances = {
  float32: { rtol: 1e-5, atol: 1e-5 },
  float64: { rtol: 1e-12, atol: 1e-12 },
}

function values(results: Record<string, { readonly value: Tensor }>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(results).map(([name, { value }]) => [name, value]))
}

function bytes(i: number, name: string): Uint8Array {
  return readFileSync(join(folder, `${i}`, `${name}.safetensors`))
}

function read(i: number, name: string): Record<string, Tensor> {
  return readSafetensors(bytes(i, name)).tensors
}

function write(i: number, name: string, file: Uint8Array): void {
  writeFileSync(join(folder, `${i}`, `${name}.safetensors`), file)
}
