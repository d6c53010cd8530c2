import { compile, type Session, sample } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { vocabulary } from '../text.js'
import type { Run } from './run.js'

/** Below 1 the writing is more careful than the model's own probabilities. */
const temperature = 0.7

/** The sessions of models that have written already. */
const sessions = new WeakMap<Run, Session>()

/**
 * What the model writes by now, a character at a time: each is drawn, and then read as the next input. This is done on the
 * host, where the parameters are between the calls of a compiled step.
 */
export function write(run: Run, length: number): string {
  const { embedding, gru, output } = run.model
  const session = sessions.get(run) ?? compile([embedding, gru, output])
  sessions.set(run, session)
  session.reload() // the weights have been trained since
  session.reset()
  const rng = new Random(run.step)
  const written: number[] = []
  let logits = session.step(vocabulary.indexOf('\n'))
  while (written.length < length) {
    const character = sample(logits, { temperature, rng })
    written.push(character)
    logits = session.step(character)
  }
  return vocabulary.decode(written).join('').trim()
}
