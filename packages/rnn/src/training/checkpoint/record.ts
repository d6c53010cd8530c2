import { fail } from '@unroll/tensor'
import type { Draws } from '../../model/generators.js'
import { alike, type Plain, plainOf } from '../plain.js'
import { emptyTally, type Tally } from '../tally.js'
import type { EpochRecord, TrainingRun } from '../training-run.js'

/** What a checkpoint says of a run in JSON: all but the tensors. */
export interface RunRecord {
  epoch: number
  batch: number
  pending: number
  pendingWeight: number
  steps: number
  norms: number
  seconds: number
  draws: Draws
  epochDraws: Draws
  position: Plain
  tally: Tally
  schedule: Plain
  history: EpochRecord[]
  waiting: { value: number; epochs: number } | null
  best: { epoch: number; value: number } | null
}

export function writeRecord(run: TrainingRun): string {
  const { epoch, batch, pending, pendingWeight, steps, norms, seconds, epochDraws, tally, history } = run
  const record = {
    ...{ epoch, batch, pending, pendingWeight, steps, norms, seconds, epochDraws, tally, history },
    draws: run.generators.map(({ state }) => state),
    position: run.position ?? null,
    schedule: run.schedule?.stateDict() ?? null,
    waiting: run.waiting ?? null,
    best: run.best ? { epoch: run.best.epoch, value: run.best.value } : null,
  }
  return JSON.stringify(plainOf('what a checkpoint is to hold', record))
}

/** Reads a record that need not be trusted. @throws UnrollError that names what is wrong, or is of another run. */
export function readRecord(json: string | undefined, run: TrainingRun): RunRecord {
  const fields = parseObject(op, json)
  const read = <T>(name: string, accepts: (value: unknown) => boolean, wants: string): T => {
    const value = fields.get(name)
    if (!accepts(value)) fail(op, `its ${name} is not ${wants}`)
    return value as T
  }
  const epoch = read<number>('epoch', isCount, 'a number of epochs')
  const batch = read<number>('batch', isCount, 'a number of batches')
  const pending = read<number>(
    'pending',
    (n) => isCount(n) && (n as number) <= batch,
    'a number of the batches done',
  )
  const sameDraws = (value: unknown) => isDraws(value) && value.length === run.generators.length
  const wantsDraws = `the states of ${run.generators.length} generators, as this run has`
  return {
    epoch,
    batch,
    pending,
    pendingWeight: read(
      'pendingWeight',
      (w) => isAmount(w) && (w as number) > 0 === pending > 0,
      'their weight',
    ),
    steps: read(
      'steps',
      (n) => isCount(n) && (n as number) <= batch && (batch === 0 || (n as number) + pending > 0),
      'a number of steps that the batches done can have taken',
    ),
    norms: read('norms', isAmount, 'a number ≥ 0'),
    seconds: read('seconds', isAmount, 'a number of seconds'),
    draws: read('draws', sameDraws, wantsDraws),
    epochDraws: read('epochDraws', sameDraws, wantsDraws),
    position: read(
      'position',
      (value) => value !== undefined && (value === null) === !run.data,
      run.data
        ? 'where the data stand, which these data know'
        : 'null, as these data do not know where they stand',
    ),
    tally: read('tally', isTally(emptyTally(run.metrics)), "a tally of this run's metrics"),
    schedule: read(
      'schedule',
      (value) => value !== undefined && (value === null) === !run.schedule,
      run.schedule ? 'the state of a schedule, which this run has' : 'null, as this run has no schedule',
    ),
    history: read('history', (value) => isHistory(value, epoch), `a record of each of ${epoch} epochs`),
    waiting: read('waiting', orNull(isJudged('epochs')), 'what early stopping remembers'),
    best: read('best', orNull(isJudged('epoch')), 'the best epoch'),
  }
}

/** The history alone, of any run. @throws UnrollError when there is none. */
export function readHistory(op: string, json: string | undefined): EpochRecord[] {
  const fields = parseObject(op, json)
  const [epoch, history] = [fields.get('epoch'), fields.get('history')]
  if (!isCount(epoch) || !isHistory(history, epoch as number))
    fail(op, 'its history is not a record of each of its epochs')
  return history as EpochRecord[]
}

const op = 'loadCheckpoint'

/** The object's own fields: not those that its prototype would lend it. */
function parseObject(op: string, json = ''): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(json)))
  } catch {
    return fail(op, 'what it says of the run is not an object in JSON')
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0
}

function isTally({ metrics }: Tally): (value: unknown) => boolean {
  const states = Object.entries(metrics).map(([name, empty]) => [
    name,
    (state: unknown) => alike(state, empty),
  ])
  const isStates = (value: unknown) => isFields(value, Object.fromEntries(states))
  return (value) => isFields(value, { loss: Number.isFinite, count: isAmount, metrics: isStates })
}

function isDraws(value: unknown): value is number[][] {
  return Array.isArray(value) && value.every(isGeneratorState)
}

function isGeneratorState(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every((word) => Number.isInteger(word) && word === (word | 0)) &&
    value.some((word) => word !== 0)
  )
}

function orNull(accepts: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || accepts(value)
}

/** A figure, and a number of epochs. */
function isJudged(count: string): (value: unknown) => boolean {
  return (value) => isFields(value, { value: Number.isFinite, [count]: isCount })
}

function isHistory(value: unknown, epochs: number): boolean {
  return Array.isArray(value) && value.length === epochs && value.every(isEpoch)
}

function isEpoch(value: unknown, i: number): boolean {
  return isFields(value, {
    epoch: (epoch) => epoch === i + 1,
    loss: Number.isFinite,
    metrics: isObject,
    validation: (figures) =>
      figures === undefined || isFields(figures, { loss: Number.isFinite, metrics: isObject }),
    lr: isAmount,
    gradientNorm: isAmount,
    steps: isCount,
    seconds: isAmount,
  })
}

/** True of an object whose fields are those named, each as it should be. */
function isFields(value: unknown, rules: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  if (!isObject(value)) return false
  const own = new Map(Object.entries(value))
  return (
    [...own.keys()].every((name) => Object.hasOwn(rules, name)) &&
    Object.entries(rules).every(([name, accepts]) => accepts(own.get(name)))
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
