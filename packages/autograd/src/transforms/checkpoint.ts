import {
  checkNames,
  fail,
  formatShape,
  inEveryReplay,
  kindOf,
  type OptionNames,
  Random,
  sameShape,
} from '@unroll/tensor'
import { anomaly } from '../anomaly.js'
import { enableGrad, isRecording } from '../mode.js'
import {
  type Edge,
  type Kept,
  type Meta,
  metaOf,
  nextEntryNumber,
  type Pull,
  reachable,
  TapeEntry,
} from '../tape.js'
import { Variable } from '../variable.js'
import { edgesOf, gradientsAt } from './gradients.js'

export interface CheckpointOptions {
  /** What `body` draws random numbers from, one generator or several: it is made to draw the same ones again. */
  rng?: Random | readonly Random[]
}

const checkpointOptions: OptionNames<CheckpointOptions> = { rng: true }

/**
 * Runs `body`, and keeps nothing of it but its results: what their gradient needs is computed anew, by running
 * it once more on the way back. That trades time for memory: a sequence of T steps as √T checkpoints in a row
 * takes memory for about 2√T steps instead of T, for one more forward pass (Chen et al. 2016).
 *
 *     let state = start
 *     for (const part of parts) {
 *       const before = state // what the body sees must still be the same when it runs again
 *       state = checkpoint(() => advance(part, before))
 *     }
 *
 * `body` may use any variables from outside; their gradients are what they would be without the checkpoint.
 * It must do the same each time that it is run.
 * @throws UnrollError when it does not give an array of variables, or an option is not what it should be; on the way
 * back, when a variable that it uses was changed in place since, or it does not do the same again.
 */
export function checkpoint<Results extends readonly Variable[]>(
  body: () => Results,
  options: CheckpointOptions = {},
): Results {
  checkNames('checkpoint', options, checkpointOptions)
  const generators = [options.rng ?? []].flat()
  const wrong = generators.find((rng) => !(rng instanceof Random))
  if (wrong !== undefined)
    fail('checkpoint', `rng is a generator, new Random(seed), or several; got ${kindOf(wrong)}`)
  const draws = new Draws(generators)
  const first = nextEntryNumber()
  const ys = checkResults(body())
  const made = ys.filter((y) => madeSince(first, y))
  if (!isRecording() || made.length === 0) return ys

  const entries = reachable(edgesOf(made) as Edge[], first)
  const inputs = edgesInto(entries, first)
  const metas = made.map(({ value }) => metaOf(value))
  const entry = new TapeEntry('checkpoint', inputs, metas)
  entry.keep(
    keptFromBefore(entries, first),
    pullByRunning(() => draws.again(body), inputs, metas),
  )
  for (const inner of entries) if (inner.number >= first) inner.release()
  let output = 0
  return ys.map((y) =>
    madeSince(first, y) ? new Variable(y.value, { entry, output: output++ }) : y,
  ) as unknown as Results
}

function checkResults<Results extends readonly Variable[]>(ys: Results): Results {
  if (!Array.isArray(ys))
    fail('checkpoint', `wants a body that gives an array of variables, got ${kindOf(ys)}`)
  const wrong = ys.findIndex((y) => !(y instanceof Variable))
  if (wrong >= 0)
    fail('checkpoint', `wants a body that gives an array of variables, got ${kindOf(ys[wrong])} at ${wrong}`)
  return ys
}

/** Outside `checkpoint`, so that the closure holds on to nothing but these: what was recorded must be free to go. */
function pullByRunning(
  body: () => readonly Variable[],
  inputs: readonly Edge[],
  metas: readonly Meta[],
): Pull {
  return (dys) => {
    const first = nextEntryNumber()
    const run = () => enableGrad(body)
    const ys = (anomaly ? anomaly.again(run) : run()).filter((y) => madeSince(first, y))
    if (ys.length !== metas.length || ys.some((y, k) => !sameMeta(y, metas[k])))
      fail('checkpoint', `run again, the body gave ${describe(ys)}; the first time, ${describe(metas)}`)
    return gradientsAt(inputs, ys, dys, { createGraph: isRecording() }, first)
  }
}

type RandomStates = readonly Random['state'][]

function statesOf(generators: readonly Random[]): RandomStates {
  return generators.map(({ state }) => state)
}

function setStates(generators: readonly Random[], states: RandomStates): void {
  generators.forEach((rng, i) => {
    rng.state = states[i]
  })
}

/** Where generators stand; of a step that is compiled, in each replay. */
class Draws {
  #then: RandomStates = []

  constructor(readonly generators: readonly Random[]) {
    inEveryReplay(() => {
      this.#then = statesOf(generators)
    })
  }

  /** Runs `body` on the random numbers that came then, and leaves the generators as they are. */
  again<T>(body: () => T): T {
    const { generators } = this
    let now: RandomStates = []
    inEveryReplay(() => {
      now = statesOf(generators)
      setStates(generators, this.#then)
    })
    try {
      return body()
    } finally {
      inEveryReplay(() => setStates(generators, now))
    }
  }
}

/** True of the result of an op recorded since the entry of number `first`. */
function madeSince(first: number, { edge, isLeaf }: Variable): boolean {
  return edge !== undefined && !isLeaf && edge.entry.number >= first
}

/** Where entries recorded since `first` read what was there before: each place once. */
function edgesInto(entries: readonly TapeEntry[], first: number): Edge[] {
  const found = new Map<TapeEntry, Map<number, Edge>>()
  for (const { number, inputs } of entries) {
    if (number < first) continue
    for (const edge of inputs) {
      if (!edge || edge.entry.number >= first) continue
      if (!found.has(edge.entry)) found.set(edge.entry, new Map())
      found.get(edge.entry)?.set(edge.output, edge)
    }
  }
  return [...found.values()].flatMap((outputs) => [...outputs.values()])
}

/** Of what those entries keep, the variables from before: they may not change until the body runs again. */
function keptFromBefore(entries: readonly TapeEntry[], first: number): Kept[] {
  const kept = entries.filter(({ number }) => number >= first).flatMap((entry) => entry.kept)
  const before = kept.filter(({ variable: { edge } }) => edge && edge.entry.number < first)
  return [...new Map(before.map((one) => [one.variable, one])).values()]
}

function sameMeta({ shape, dtype }: Meta, other: Meta): boolean {
  return sameShape(shape, other.shape) && dtype === other.dtype
}

function describe(metas: readonly Meta[]): string {
  return metas.map(({ shape, dtype }) => `${formatShape(shape)} ${dtype}`).join(', ') || 'nothing on the tape'
}
