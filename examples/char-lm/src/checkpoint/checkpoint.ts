import { readFileSync } from 'node:fs'
import { variable } from '@unroll/autograd'
import { aboutFile, replaceFile } from '@unroll/example-kit'
import type { Optimizer, State } from '@unroll/rnn'
import { fail, readSafetensors, type Tensor, tensor, writeSafetensors } from '@unroll/tensor'
import { Run } from '../run.js'
import { checkTensors } from './layout.js'
import { readRecord, writeRecord } from './record.js'

/** Writes a run to a file: the whole of it, or the file stays as it was. */
export async function saveCheckpoint(path: string, run: Run): Promise<void> {
  await replaceFile(path, encodeRun(run))
}

/** Reads a run from a file that need not be trusted. @throws UnrollError when it is not a whole checkpoint. */
export function loadCheckpoint(path: string): Run {
  const bytes = readFileSync(path)
  return aboutFile('--resume', path, () => decodeRun(bytes))
}

/**
 * A run as the bytes of a .safetensors file, with these tensors:
 *
 * | name | |
 * | --- | --- |
 * | `model.*` | the weights, under the keys of the model's `stateDict` |
 * | `optimizer.*` | Adam's memory, under those of its own |
 * | `state.h`, `state.c` | the state carried to the next window |
 * | `history.loss`, `history.gradient_norm` | one value a step |
 * | `history.held_out` | one row an evaluation: the step, the loss |
 *
 * The metadata name the format and its version, and hold all the rest as JSON.
 */
export function encodeRun(run: Run): Uint8Array {
  const { loss, gradientNorm, heldOut } = run.history
  const dtype = 'float64'
  const tensors = {
    ...withPrefix('model', run.model.stateDict()),
    ...withPrefix('optimizer', memoryOf(run.optimizer)),
    ...withPrefix('state', valuesOf(run.state)),
    'history.loss': tensor(loss, { dtype }),
    'history.gradient_norm': tensor(gradientNorm, { dtype }),
    'history.held_out': tensor(
      heldOut.flatMap(({ step, loss }) => [step, loss]),
      { dtype, shape: [heldOut.length, 2] },
    ),
  }
  checkTensors(tensors, run)
  return writeSafetensors(tensors, { metadata: { ...identity, run: writeRecord(run) } })
}

/** The opposite of `encodeRun`. */
export function decodeRun(bytes: Uint8Array): Run {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== identity.format) fail('checkpoint', 'it was not written by this program')
  if (metadata.version !== identity.version)
    fail('checkpoint', `its format is of another version than this program's (${identity.version})`)
  const record = readRecord(metadata.run)
  checkTensors(tensors, record)

  const run = new Run(record.config, record.steps, record.vocabulary, record.fingerprint)
  run.model.loadStateDict(withoutPrefix('model', tensors))
  run.optimizer.loadStateDict(withoutPrefix('optimizer', tensors))
  run.random.state = record.random
  run.step = record.step
  run.seconds = record.seconds
  if (run.step > 0) run.state = stateOf(withoutPrefix('state', tensors))
  run.history = {
    loss: [...tensors['history.loss'].data],
    gradientNorm: [...tensors['history.gradient_norm'].data],
    heldOut: [...tensors['history.held_out']].map((row) => ({ step: row.get(0), loss: row.get(1) })),
  }
  return run
}

const identity = { format: 'unroll-char-lm', version: '1' }

type Tensors = Record<string, Tensor>

function withPrefix(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix}.${name}`, value]))
}

function withoutPrefix(prefix: string, tensors: Tensors): Tensors {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length + 1), value]))
}

/** Not its options: these follow from the configuration and the step, which the record has. */
function memoryOf(optimizer: Optimizer): Tensors {
  const entries = Object.entries(optimizer.stateDict())
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('groups.')))
}

function valuesOf(state: State | undefined): Tensors {
  return Object.fromEntries(Object.entries(state ?? {}).map(([name, part]) => [name, part.value]))
}

function stateOf(values: Tensors): State {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, variable(value)])) as State
}
