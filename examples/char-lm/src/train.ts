import { clipGradNorm, crossEntropy, type State } from '@unroll/rnn'
import { fail } from '@unroll/tensor'
import { evaluate, toBits } from './evaluate.js'
import type { Run } from './run.js'
import type { Streams } from './text/batches.js'

export interface TrainOptions {
  /** Text that is not trained on. */
  heldOut: Streams
  /** Stops the training after the current step. */
  signal?: AbortSignal
  /** Called after every step. */
  onStep?: () => void | Promise<void>
}

/** Trains until the run's steps are done, by backpropagation through time truncated to a window. */
export async function train(run: Run, training: Streams, options: TrainOptions): Promise<void> {
  const { model, optimizer, config, history } = run
  const evaluateEvery = stepsBetweenEvaluations(training, options.heldOut)
  model.train()
  while (run.step < run.steps && !options.signal?.aborted) {
    const start = performance.now()

    const { inputs, targets, isFirst } = training.window(run.step)
    const [logits, state] = model.forward(inputs, isFirst ? undefined : run.state)
    const loss = crossEntropy(logits, targets)

    model.zeroGrad()
    loss.backward()
    const norm = finite(run, 'norm of the gradient', clipGradNorm(model.parameters(), config.clip).item())
    optimizer.lr = config.lr * (1 - run.step / run.steps) // falls to 0: large steps first, fine ones at the end
    optimizer.step()

    run.state = detach(state)
    run.step++
    history.loss.push(toBits(loss.item()))
    history.gradientNorm.push(norm)
    if (run.step === 1 || run.step % evaluateEvery === 0)
      history.heldOut.push({ step: run.step, loss: look(run, options.heldOut) })
    run.seconds += (performance.now() - start) / 1000

    await options.onStep?.()
    await signals()
  }
}

/** The held-out loss, as far as a glance tells. */
function look(run: Run, heldOut: Streams): number {
  return finite(run, 'held-out loss', evaluate(run.model, heldOut, glance).bits)
}

/** Only so many windows of the held-out streams are looked at while training; these begin all over that text. */
const glance = 2

/** A character costs three times as much in training as in an evaluation, so these take some 4 % of the time. */
function stepsBetweenEvaluations(training: Streams, heldOut: Streams): number {
  const looked = heldOut.batch * Math.min(heldOut.length, glance * heldOut.bptt)
  return Math.max(1, Math.round((8 * looked) / (training.batch * training.bptt)))
}

/** The same numbers, cut off from the tape: the next window carries them on, and no gradient flows back here. */
function detach(state: State): State {
  const parts = Object.entries(state).map(([name, part]) => [name, part.detach()])
  return Object.fromEntries(parts) as State
}

/** Weights that are not numbers any more cannot be trained further, so it is better to stop at once. */
function finite({ step }: Run, what: string, value: number): number {
  if (!Number.isFinite(value)) fail('train', `the ${what} is ${value} after step ${step}; try a smaller --lr`)
  return value
}

/** Lets the process see signals, such as Ctrl-C: while a step runs it cannot. */
function signals(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
