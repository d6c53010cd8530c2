import { Variable } from '@unroll/autograd'
import { fail, readSafetensors, type Tensor, writeSafetensors } from '@unroll/tensor'
import { carriedOf, rememberCarried, setCarried } from '../../model/carried.js'
import { drawsOf, setDraws } from '../../model/generators.js'
import { fetchState } from '../../state/device.js'
import { assignState } from '../../state/load-state.js'
import { StepMemory } from '../step-memory.js'
import type { EpochRecord, TrainingRun } from '../training-run.js'
import { readHistory, readRecord, writeRecord } from './record.js'

/**
 * A training run as the bytes of a .safetensors file: all that it takes to go on, bit for bit as if there had been no
 * break.
 *
 * | tensors | |
 * | --- | --- |
 * | `model.*` | the weights, under the keys of the model's `stateDict` |
 * | `optimizer.*` | the optimiser's memory, under those of its own |
 * | `state.*` | what `Stateful` layers carry from call to call |
 * | `best.*` | the weights of the best epoch, if they are kept |
 * | `gradient.*` | gradients that no step has used yet, if some have been accumulated |
 *
 * The metadata name the format and its version, and hold all the rest as JSON; and under `note.*` texts of the program's own.
 * @throws UnrollError when the model is on a device, which `fit` waits for: bring it back with toHost.
 */
export function saveCheckpoint(run: TrainingRun, notes: Notes = {}): Uint8Array {
  return writeSafetensors(tensorsOf(run), { metadata: metadataOf(run, notes) })
}

/** The same, wherever the model is. */
export async function fetchCheckpoint(run: TrainingRun, notes: Notes = {}): Promise<Uint8Array> {
  const memory = new StepMemory(run.model)
  const [tensors, metadata] = [memory.run(() => tensorsOf(run)), metadataOf(run, notes)]
  const isOnHost = Object.values(tensors).every(({ device }) => !device)
  const fetching = isOnHost ? tensors : fetchState(tensors)
  memory.clear() // what is fetched has been asked for
  return writeSafetensors(await fetching, { metadata })
}

/**
 * Puts a run (of the same model, optimiser, schedule, metrics and generators) where it stood when it was saved.
 * @throws UnrollError that says what is wrong when the bytes, which need not be trusted, are not a whole checkpoint, or one
 * of another run; nothing is then changed.
 */
export function loadCheckpoint(run: TrainingRun, bytes: Uint8Array): void {
  const { parts, metadata } = opened(op, bytes)
  const record = readRecord(metadata.run, run)
  if ((record.best !== null) !== Object.keys(parts.best).length > 0)
    fail(op, 'the weights of the best epoch and what is said of it do not go together')
  if (record.pending === 0 && Object.keys(parts.gradient).length > 0)
    fail(op, 'it holds gradients, and says that none wait for a step')
  fitted('best', run, parts.best, record.best !== null)
  const gradients = fitted('gradient', run, parts.gradient, false)
  // What the model, the optimiser and the schedule refuse, each of them says itself. Until then, nothing is certain.
  const before = snapshotOf(run)
  try {
    run.model.loadStateDict(parts.model)
    run.schedule?.loadStateDict(record.schedule as never)
    run.optimizer.loadStateDict(parts.optimizer) // with its learning rates, whatever the schedule made of them
    if (run.data) run.data.state = record.position
    setDraws(run.generators, record.draws)
    setCarried(run.model, parts.state)
  } catch (error) {
    before.restore()
    throw error
  }
  for (const [key, p] of run.model.namedParameters()) p.grad = gradients.get(key)
  const { best, waiting, draws: _, schedule: __, ...rest } = record
  Object.assign(run, rest)
  run.waiting = waiting ?? undefined
  run.best = best ? { ...best, weights: parts.best } : undefined
}

/** Texts of a program's own, by names of its own: its settings, the state of a vocabulary, … */
export type Notes = Readonly<Record<string, string>>

export interface CheckpointContents {
  /** For `model.loadStateDict`: those of the best epoch where `restoreBest` keeps them, else the last ones. */
  readonly weights: Record<string, Tensor>
  /** What `fit` was given as `notes`. */
  readonly notes: Record<string, string>
  /** One record for each epoch that was over. */
  readonly history: EpochRecord[]
}

/**
 * What a program may want of a checkpoint without going on with the run: the weights, to use the model; its own notes; and how it went.
 * @throws UnrollError when the bytes, which need not be trusted, are not a checkpoint.
 */
export function readCheckpoint(bytes: Uint8Array): CheckpointContents {
  const { parts, metadata } = opened('readCheckpoint', bytes)
  const noted = Object.entries(metadata).filter(([name]) => name.startsWith('note.'))
  return {
    weights: { ...(Object.keys(parts.best).length > 0 ? parts.best : parts.model) },
    notes: Object.fromEntries(noted.map(([name, text]) => [name.slice('note.'.length), text])),
    history: readHistory('readCheckpoint', metadata.run),
  }
}

const op = 'loadCheckpoint'
const identity = { format: 'unroll-training', version: '1' }
const prefixes = ['model', 'optimizer', 'state', 'best', 'gradient'] as const

type Tensors = Record<string, Tensor>

function tensorsOf(run: TrainingRun): Tensors {
  return {
    ...withPrefix('model', run.model.stateDict()),
    ...withPrefix('optimizer', run.optimizer.stateDict()),
    ...withPrefix('state', carriedOf(run.model)),
    ...withPrefix('best', run.best?.weights ?? {}),
    ...withPrefix('gradient', run.pending > 0 ? gradientsOf(run) : {}),
  }
}

function metadataOf(run: TrainingRun, notes: Notes): Record<string, string> {
  return { ...withPrefix('note', notes), ...identity, run: writeRecord(run) }
}

type Parts = Record<(typeof prefixes)[number], Tensors>

function withPrefix<Value>(prefix: string, values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]))
}

/** What a file holds, if it is a checkpoint. */
function opened(op: string, bytes: Uint8Array): { parts: Parts; metadata: Record<string, string> } {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== identity.format) fail(op, 'the file is not a checkpoint of fit')
  if (metadata.version !== identity.version)
    fail(op, `the checkpoint is of another version of the format than this one (${identity.version})`)
  return { parts: partsOf(op, tensors), metadata }
}

/** The tensors of a file by what they belong to. All are finite. */
function partsOf(op: string, tensors: Tensors): Parts {
  // Without prototypes: a tensor may go by any name.
  const empty = prefixes.map((prefix): [string, Tensors] => [prefix, Object.create(null)])
  const parts: Parts = Object.fromEntries(empty) as never
  for (const [name, value] of Object.entries(tensors)) {
    const prefix = prefixes.find((prefix) => name.startsWith(`${prefix}.`))
    if (!prefix) fail(op, `the checkpoint has a tensor too many: ${JSON.stringify(name.slice(0, 50))}`)
    if (!value.data.every(Number.isFinite)) fail(op, `its tensor ${name} holds values that are not finite`)
    parts[prefix][name.slice(prefix.length + 1)] = value
  }
  return parts
}

/** Tensors as those of the parameters of the same keys, which they must be like; all of them, if so wanted. */
function fitted(part: string, { model }: TrainingRun, tensors: Tensors, all: boolean): Map<string, Variable> {
  const likes = [...model.namedParameters()].map(([key, { value }]): [string, Variable] => [
    key,
    new Variable(value.copy()),
  ])
  const { missing, unexpected } = assignState(`the ${part} of the checkpoint`, likes, tensors, {
    strict: all,
  })
  if (unexpected.length)
    fail(op, `the checkpoint has a tensor too many: ${part}.${unexpected[0].slice(0, 50)}`)
  return new Map(likes.filter(([key]) => !missing.includes(key)))
}

function gradientsOf({ model }: TrainingRun): Tensors {
  const graded = [...model.namedParameters()].flatMap(([key, { grad }]) => (grad ? [[key, grad.value]] : []))
  return Object.fromEntries(graded)
}

function snapshotOf({ model, optimizer, schedule, data, generators }: TrainingRun): { restore(): void } {
  const [weights, memory, plan] = [model.stateDict(), optimizer.stateDict(), schedule?.stateDict()]
  const position = data?.state
  const [draws, putStatesBack] = [drawsOf(generators), rememberCarried(model)]
  return {
    restore() {
      model.loadStateDict(weights)
      schedule?.loadStateDict(plan as never)
      optimizer.loadStateDict(memory)
      if (data) data.state = position
      setDraws(generators, draws)
      putStatesBack()
    },
  }
}
